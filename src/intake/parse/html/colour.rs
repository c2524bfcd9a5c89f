//! Colours of words and of what is behind them, to tell words that cannot be seen.

/// A colour as a style names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Rgb([u8; 3]),
    /// Nothing is drawn.
    Clear,
    /// A picture, a variable, a name that is not known here.
    Unknown,
}

/// What an element draws with, where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint {
    pub ink: Option<Colour>,
    pub ground: Option<Colour>,
}

/// Steps of 255 by which ink must differ from its ground to be seen; #eeeeee on white differs by 17.
const SEEN: u8 = 24;

impl Colour {
    pub const WHITE: Self = Self::Rgb([255; 3]);

    /// Reads a colour, lower case; None for words that leave it as it was.
    pub fn parse(words: &str) -> Option<Self> {
        let words = words.trim();
        if matches!(words, "" | "inherit" | "initial" | "unset" | "revert" | "currentcolor" | "none" | "auto") {
            return None;
        }
        if let Some(hex) = words.strip_prefix('#') {
            return Some(Self::hex(hex));
        }
        if let Some((function, rest)) = words.split_once('(')
            && matches!(function, "rgb" | "rgba")
        {
            return Some(Self::rgb(rest.trim_end_matches(')')));
        }
        Some(match words {
            "transparent" => Self::Clear,
            "white" => Self::WHITE,
            "black" => Self::Rgb([0; 3]),
            "snow" => Self::Rgb([255, 250, 250]),
            "ivory" => Self::Rgb([255, 255, 240]),
            "ghostwhite" => Self::Rgb([248, 248, 255]),
            "floralwhite" => Self::Rgb([255, 250, 240]),
            "mintcream" => Self::Rgb([245, 255, 250]),
            "azure" => Self::Rgb([240, 255, 255]),
            "aliceblue" => Self::Rgb([240, 248, 255]),
            "whitesmoke" => Self::Rgb([245, 245, 245]),
            _ => Self::Unknown,
        })
    }

    fn hex(digits: &str) -> Self {
        let value: Option<Vec<u8>> = digits.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
        match value.as_deref() {
            Some([_, _, _, 0]) | Some([_, _, _, _, _, _, 0, 0]) => Self::Clear,
            Some([r, g, b] | [r, g, b, _]) => Self::Rgb([r * 17, g * 17, b * 17]),
            Some([a, b, c, d, e, f] | [a, b, c, d, e, f, _, _]) => Self::Rgb([a * 16 + b, c * 16 + d, e * 16 + f]),
            _ => Self::Unknown,
        }
    }

    fn rgb(parts: &str) -> Self {
        let parts: Vec<&str> = parts.split([',', ' ', '/']).filter(|p| !p.is_empty()).collect();
        let value = |p: &str| match p.strip_suffix('%') {
            Some(share) => share.parse::<f32>().ok().map(|s| s * 2.55),
            None => p.parse::<f32>().ok(),
        };
        if let Some(alpha) = parts.get(3).and_then(|p| p.trim_end_matches('%').parse::<f32>().ok())
            && alpha < 0.05
        {
            return Self::Clear;
        }
        let values: Option<Vec<u8>> =
            parts.iter().take(3).map(|p| value(p).map(|v| v.clamp(0.0, 255.0) as u8)).collect();
        match values.as_deref() {
            Some([r, g, b]) => Self::Rgb([*r, *g, *b]),
            _ => Self::Unknown,
        }
    }

    /// Whether ink of this colour cannot be seen on `ground`.
    pub fn vanishes_on(self, ground: Self) -> bool {
        match (self, ground) {
            (Self::Clear, _) => true,
            (Self::Rgb(ink), Self::Rgb(ground)) => ink.iter().zip(&ground).all(|(i, g)| i.abs_diff(*g) < SEEN),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_colours_vanish() {
        let vanishes = |ink: &str, ground: &str| {
            Colour::parse(ink).unwrap().vanishes_on(Colour::parse(ground).unwrap_or(Colour::WHITE))
        };
        for ink in [
            "#fff",
            "#FEFEFE",
            "white",
            "rgb(254, 255, 255)",
            "rgba(0,0,0,0)",
            "transparent",
            "#ffffff00",
            "#000000 ".trim(),
        ] {
            let ink = ink.to_ascii_lowercase();
            assert_eq!(vanishes(&ink, "#fff"), ink != "#000000", "{ink}");
        }
        assert!(vanishes("#111", "black"));
        assert!(!vanishes("white", "navy"), "an unknown name of a ground hides nothing");
        assert!(!vanishes("#888", "#fff"));
        assert_eq!(Colour::parse("inherit"), None);
    }
}
