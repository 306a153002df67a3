/// The workloads of the benchmarks on other systems, each in its strongest setting: `nudge bench --peer
/// NAME WORKLOAD`.
@NullMarked
package dev.nudge.peers;

import org.jspecify.annotations.NullMarked;
