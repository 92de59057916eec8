//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package artifact

// lock does nothing on systems where the standard library cannot lock a folder.
func lock(string) (release func(), err error) {
	return func() {}, nil
}
