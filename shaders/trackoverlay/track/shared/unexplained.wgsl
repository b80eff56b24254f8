// How far a cell is hidden, by what the light does not explain of it.

// Multiples of noise up to which nothing is hidden, and from which all is. A cell counts at most MOST: otherwise
// one would hide all of its neighbours.
const FREE: f32 = 2.2;
const HIDDEN: f32 = 6.0;
const MOST: f32 = 9.0;

fn hidden_share(unexplained: f32) -> f32 {
    return smoothstep(FREE, HIDDEN, unexplained);
}
