//! A name change: the name from now on.

use super::Out;
use crate::understand::cues::Class;
use crate::understand::mark::What;
use crate::understand::page::Source;

pub(super) fn prose(source: &Source, out: &mut Out) {
    for name in source.names.iter().filter(|n| n.score >= 0.25) {
        let mut at = name.span.start;
        while at > 0 && matches!(source.fold(at - 1), ' ' | ':' | '"' | '\'' | '“' | '为' | '「') {
            at -= 1;
        }
        let cue = source.cues.ending_at(at).or_else(|| source.cues.ending_at(name.span.start));
        if cue.is_some_and(|c| {
            c.class.has(Class::NEW_NAME)
                && (c.span.len() > 2 || !crate::message::fold::is_han(source.fold(c.span.start)))
        }) {
            out.push(name.span, What::NewName, 0.75);
        }
    }
}
