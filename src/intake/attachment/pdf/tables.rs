//! The cells that ruled lines make on a page, and which glyphs stand in them.

use super::content::{Glyph, Placed, Rule};

/// Points that the ends of rules may miss each other by.
const SLACK: f64 = 3.0;
/// Cells of one page.
const CELLS: usize = 2_000;

#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    pub top: f64,
}

impl Cell {
    fn holds(&self, x: f64, y: f64) -> bool {
        self.left <= x && x <= self.right && self.bottom <= y && y <= self.top
    }
}

pub struct Grid {
    pub cells: Vec<Cell>,
    /// The cell of each glyph.
    pub of_glyph: Vec<Option<usize>>,
    vertical: Vec<Rule>,
}

impl Grid {
    pub fn of(placed: &Placed) -> Self {
        let (vertical, horizontal) = (joined(&placed.vertical), joined(&placed.horizontal));
        let mut grid = Self { cells: Vec::new(), of_glyph: Vec::new(), vertical };
        let mut last = None;
        for glyph in &placed.glyphs {
            let (x, y) = middle(glyph);
            if !last.and_then(|i: usize| grid.cells.get(i)).is_some_and(|c| c.holds(x, y)) {
                last = grid.cell_around(&horizontal, x, y);
            }
            grid.of_glyph.push(last);
        }
        grid
    }

    fn cell_around(&mut self, horizontal: &[Rule], x: f64, y: f64) -> Option<usize> {
        let covering = self.vertical.iter().filter(|r| r.from - 1.0 <= y && y <= r.to + 1.0);
        let (mut left, mut right) = (f64::NEG_INFINITY, f64::INFINITY);
        for rule in covering {
            if rule.at <= x {
                left = left.max(rule.at);
            } else {
                right = right.min(rule.at);
            }
        }
        // A line below words is no edge unless it goes from side to side.
        let across = horizontal.iter().filter(|r| r.from <= left + SLACK && r.to >= right - SLACK);
        let (mut bottom, mut top) = (f64::NEG_INFINITY, f64::INFINITY);
        for rule in across {
            if rule.at <= y {
                bottom = bottom.max(rule.at);
            } else {
                top = top.min(rule.at);
            }
        }
        if ![left, right, bottom, top].iter().all(|n| n.is_finite()) {
            return None;
        }
        let near = |a: f64, b: f64| (a - b).abs() < SLACK;
        let known = self
            .cells
            .iter()
            .rposition(|c| near(c.left, left) && near(c.right, right) && near(c.bottom, bottom) && near(c.top, top));
        if known.is_none() && self.cells.len() < CELLS {
            self.cells.push(Cell { left, right, bottom, top });
            return Some(self.cells.len() - 1);
        }
        known
    }

    /// How many columns stand empty between two places at a height.
    pub fn columns_between(&self, from: f64, to: f64, y: f64) -> usize {
        let mut edges: Vec<f64> = self
            .vertical
            .iter()
            .filter(|r| r.from - 1.0 <= y && y <= r.to + 1.0 && r.at > from - SLACK && r.at < to + SLACK)
            .map(|r| r.at)
            .collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup_by(|b, a| *b - *a < SLACK);
        edges.len().saturating_sub(1).min(64)
    }

    /// The cells with words as rows from top to bottom, each from left to right; a cell that spans several
    /// rows stands in each of them. A lone box is no row.
    pub fn rows(&self) -> Vec<(f64, Vec<usize>)> {
        let mut order: Vec<usize> = (0..self.cells.len()).collect();
        let cell =
            |i: &usize| self.cells.get(*i).copied().unwrap_or(Cell { left: 0.0, right: 0.0, bottom: 0.0, top: 0.0 });
        order.sort_by(|a, b| cell(b).top.total_cmp(&cell(a).top));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for i in &order {
            match groups.last_mut() {
                Some(group) if group.first().is_some_and(|f| cell(f).top - cell(i).top < SLACK) => group.push(*i),
                _ => groups.push(vec![*i]),
            }
        }
        let mut rows = Vec::new();
        for mut group in groups {
            let Some(lowest) = group.iter().map(|i| cell(i).bottom).max_by(f64::total_cmp) else { continue };
            let top = group.first().map_or(0.0, |i| cell(i).top);
            let y = (top + lowest) / 2.0;
            let spanning: Vec<usize> = order
                .iter()
                .take_while(|i| cell(i).top > top - SLACK)
                .filter(|i| {
                    !group.contains(i)
                        && cell(i).top > top + SLACK
                        && cell(i).bottom < y
                        && cell(i).bottom > lowest - 400.0
                })
                // A frame around the whole table is none of its cells.
                .filter(|i| {
                    group.iter().all(|g| cell(g).left > cell(i).right - SLACK || cell(g).right < cell(i).left + SLACK)
                })
                .copied()
                .collect();
            group.extend(spanning);
            if group.len() > 1 {
                group.sort_by(|a, b| cell(a).left.total_cmp(&cell(b).left));
                rows.push((top, group));
            }
        }
        rows
    }
}

pub fn middle(glyph: &Glyph) -> (f64, f64) {
    ((glyph.x0 + glyph.x1) / 2.0, glyph.y + 0.3 * glyph.size)
}

/// Rules that go on where another ends become one.
fn joined(rules: &[Rule]) -> Vec<Rule> {
    let mut sorted: Vec<Rule> = rules.to_vec();
    // Into lanes of one point first, so that pieces of one line follow each other.
    sorted.sort_by(|a, b| a.at.round().total_cmp(&b.at.round()).then(a.from.total_cmp(&b.from)));
    let mut out: Vec<Rule> = Vec::new();
    for rule in sorted {
        match out.last_mut() {
            Some(last) if (last.at - rule.at).abs() <= 1.0 && rule.from <= last.to + 2.0 => {
                last.to = last.to.max(rule.to)
            }
            _ => out.push(rule),
        }
    }
    out
}
