// Element-wise functions, clamped where a naive form would overflow on some driver.

const ACTIVATION_NONE = 0u;
const ACTIVATION_TANH = 1u;
const ACTIVATION_SIGMOID = 2u;
const ACTIVATION_RELU_SQUARED = 3u;

fn sigmoid(x: f32) -> f32 {
  return 1.0 / (1.0 + exp(-clamp(x, -30.0, 30.0)));
}

/// `kind` is a link-time constant at every call: the branches fold away.
fn activate(kind: u32, x: f32) -> f32 {
  switch kind {
    case ACTIVATION_TANH: { return tanh(clamp(x, -15.0, 15.0)); }
    case ACTIVATION_SIGMOID: { return sigmoid(x); }
    case ACTIVATION_RELU_SQUARED: { let positive = max(x, 0.0); return positive * positive; }
    default: { return x; }
  }
}
