// Where an invocation stands in its workgroup, without subgroups.
struct Lane {
  @builtin(local_invocation_index) index: u32,
}
