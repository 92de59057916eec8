package artifact

// Lock waits until no other process works in the folder dir, and keeps others waiting until release is called; when the process is
// killed the system does that. A folder that does not exist is not locked, and on Windows nothing is. Commit locks by itself.
func Lock(dir string) (release func(), err error) { return lock(dir) }
