package artifact

import (
	"errors"
	"io/fs"
	"os"
)

// ErrInjected is what a failing disk returns in tests.
var ErrInjected = errors.New("injected")

// Disk fails operations that change something.
type Disk struct {
	// FailFrom is the first operation to fail, from 1; the Disk counts over all trees. Failures is how many fail from there on:
	// one is a failure that passes, very many are as good as a killed process.
	FailFrom, Failures int
	// NoLinks has hard links fail, as some file systems do.
	NoLinks bool
	// Operations is how many there were.
	Operations int
}

// On returns the options with trees on this disk.
func (d *Disk) On(o Options) Options {
	o.open = func(dir string) (folder, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, err
		}
		return &faultyRoot{root, d}, nil
	}
	return o
}

func (d *Disk) operate() error {
	d.Operations++
	if d.FailFrom > 0 && d.Operations >= d.FailFrom && d.Operations < d.FailFrom+d.Failures {
		return ErrInjected
	}
	return nil
}

type faultyRoot struct {
	*os.Root
	disk *Disk
}

// WriteFile writes half of the file when it fails, as a full disk does.
func (f *faultyRoot) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if err := f.disk.operate(); err != nil {
		_ = f.Root.WriteFile(name, data[:len(data)/2], perm)
		return &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return f.Root.WriteFile(name, data, perm)
}

func (f *faultyRoot) Mkdir(name string, perm fs.FileMode) error {
	if err := f.disk.operate(); err != nil {
		return err
	}
	return f.Root.Mkdir(name, perm)
}

func (f *faultyRoot) Rename(oldName, newName string) error {
	if err := f.disk.operate(); err != nil {
		return &os.LinkError{Op: "rename", Old: oldName, New: newName, Err: err}
	}
	return f.Root.Rename(oldName, newName)
}

func (f *faultyRoot) Link(oldName, newName string) error {
	if f.disk.NoLinks {
		return errors.ErrUnsupported
	}
	if err := f.disk.operate(); err != nil {
		return err
	}
	return f.Root.Link(oldName, newName)
}

func (f *faultyRoot) Remove(name string) error {
	if err := f.disk.operate(); err != nil {
		return err
	}
	return f.Root.Remove(name)
}

func (f *faultyRoot) RemoveAll(name string) error {
	if err := f.disk.operate(); err != nil {
		return err
	}
	return f.Root.RemoveAll(name)
}
