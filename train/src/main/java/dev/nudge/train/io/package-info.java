/// Files: strict JSON, safetensors, checkpoints that survive a power cut, and errors that carry a stable code.
///
/// Every reader checks before it allocates, and refuses with a [dev.nudge.train.io.NudgeException] that names the
/// place. Nothing here runs code from a file or maps a file into memory.
package dev.nudge.train.io;
