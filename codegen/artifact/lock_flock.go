//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package artifact

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock waits until no other process commits to the folder, and keeps them waiting until it is released, by the system if this
// process is killed. A folder that does not exist needs no lock, because only one can make it.
func lock(dir string) (release func(), err error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	for err = syscall.EINTR; errors.Is(err, syscall.EINTR); {
		// Some network file systems have no locks. Any other error than an interruption is that.
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	return func() { f.Close() }, nil
}
