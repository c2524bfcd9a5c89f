//! Which vector instructions this processor has, and how a loop is compiled for each of them.

/// A set of instructions that was found on this processor; no other can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cpu(Level);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// What every processor of the target has.
    Plain,
    /// x86: AVX2.
    Avx2,
    /// x86: AVX-512 F, BW, VL, DQ and VNNI.
    Avx512,
}

impl Cpu {
    pub(super) const PLAIN: Self = Self(Level::Plain);

    /// The widest instructions that are here.
    pub(super) fn best() -> Self {
        Self::all().last().copied().unwrap_or(Self::PLAIN)
    }

    /// Everything that runs here, the plainest first.
    pub(super) fn all() -> Vec<Self> {
        let mut out = vec![Self::PLAIN];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                out.push(Self(Level::Avx2));
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vnni")
            {
                out.push(Self(Level::Avx512));
            }
        }
        out
    }

    pub(super) fn level(self) -> Level {
        self.0
    }
}

impl std::fmt::Display for Cpu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Level::Plain => "plain",
            Level::Avx2 => "AVX2",
            Level::Avx512 => "AVX-512 VNNI",
        })
    }
}

/// Compiles one loop for each set of instructions, and calls the one of its first argument. Products and sums stay
/// separate and in order (Rust never fuses them), so that all versions give the same bits.
macro_rules! versions {
    ($(#[$doc:meta])* $seen:vis fn $name:ident($($arg:ident: $kind:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        #[allow(clippy::too_many_arguments)]
        $seen fn $name(cpu: $crate::model::cpu::Cpu, $($arg: $kind),*) {
            #[inline(always)]
            fn plain($($arg: $kind),*) $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $kind),*) {
                plain($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,avx512f,avx512bw,avx512vl,avx512dq")]
            fn avx512($($arg: $kind),*) {
                plain($($arg),*)
            }
            match cpu.level() {
                // SAFETY: a `Cpu` names only instructions that were found on this processor.
                #[cfg(target_arch = "x86_64")]
                $crate::model::cpu::Level::Avx512 => unsafe { avx512($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: as above.
                $crate::model::cpu::Level::Avx2 => unsafe { avx2($($arg),*) },
                _ => plain($($arg),*),
            }
        }
    };
}
pub(super) use versions;
