//! Pieces of ink: what hangs together.

use crate::ink::Ink;

/// Points that hang together, with the rectangle around them, whose right and bottom edges still belong to it.
pub(crate) struct Piece {
    pub(crate) points: Vec<usize>,
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) top: usize,
    pub(crate) bottom: usize,
}

impl Piece {
    pub(crate) fn wide(&self) -> usize {
        self.right - self.left + 1
    }

    pub(crate) fn high(&self) -> usize {
        self.bottom - self.top + 1
    }
}

/// The pieces of ink, each point hanging together with the eight around it.
pub(crate) fn pieces(ink: &Ink) -> Vec<Piece> {
    let (width, height) = (ink.width, ink.height);
    let mut seen = vec![false; ink.on.len()];
    let (mut pieces, mut next) = (Vec::new(), Vec::new());
    for start in 0..ink.on.len() {
        if !ink.on[start] || seen[start] {
            continue;
        }
        let mut piece = Piece { points: Vec::new(), left: width, right: 0, top: height, bottom: 0 };
        next.push(start);
        seen[start] = true;
        while let Some(point) = next.pop() {
            let (x, y) = (point % width, point / width);
            piece.points.push(point);
            piece.left = piece.left.min(x);
            piece.right = piece.right.max(x);
            piece.top = piece.top.min(y);
            piece.bottom = piece.bottom.max(y);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    let beside = y * width + x;
                    if ink.on[beside] && !seen[beside] {
                        seen[beside] = true;
                        next.push(beside);
                    }
                }
            }
        }
        pieces.push(piece);
    }
    pieces
}
