package git

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxObject is the largest object that is read, in bytes.
const maxObject = 64 << 20

var errLarge = fmt.Errorf("larger than %d MiB", maxObject>>20)

// Tree is the content of a commit as a file system. Links are not followed: they are no regular files.
type Tree struct {
	commit string
	mu     sync.Mutex
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	dirs   map[string][]entry
	files  map[string][]byte
}

// entry is what a folder has.
type entry struct {
	name, id string
	mode     fs.FileMode
	size     int64
}

// Tree starts to read a commit. The tree must be closed.
func (r *Repository) Tree(commit string) (*Tree, error) {
	t := &Tree{commit: commit, cmd: r.command("cat-file", "--batch"), dirs: map[string][]entry{}, files: map[string][]byte{}}
	var err error
	if t.in, err = t.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewReaderSize(out, 64<<10)
	return t, t.cmd.Start()
}

// Close ends the process that reads.
func (t *Tree) Close() error {
	_ = t.in.Close()
	return t.cmd.Wait()
}

// object reads one object.
func (t *Tree) object(name string) (kind string, data []byte, err error) {
	if strings.ContainsAny(name, "\n\x00") {
		return "", nil, fs.ErrInvalid
	}
	if _, err := io.WriteString(t.in, name+"\n"); err != nil {
		return "", nil, err
	}
	header, err := t.out.ReadString('\n')
	if err != nil {
		return "", nil, err
	}
	fields := strings.Fields(strings.TrimSuffix(header, "\n"))
	if len(fields) != 3 || strings.HasSuffix(header, " missing\n") {
		return "", nil, fs.ErrNotExist
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return "", nil, fs.ErrNotExist
	}
	if size > maxObject {
		_, err = io.CopyN(io.Discard, t.out, size+1)
		return fields[1], nil, errors.Join(err, errLarge)
	}
	data = make([]byte, size+1) // a newline stands behind it
	_, err = io.ReadFull(t.out, data)
	return fields[1], data[:size], err
}

// folder lists a folder.
func (t *Tree) folder(dir string) ([]entry, error) {
	if entries, ok := t.dirs[dir]; ok {
		return entries, nil
	}
	name := t.commit + "^{tree}"
	if dir != "." {
		at, err := t.find(dir)
		if err != nil {
			return nil, err
		}
		if !at.mode.IsDir() {
			return nil, errors.New("not a directory")
		}
		name = at.id
	}
	kind, data, err := t.object(name)
	if err != nil {
		return nil, err
	}
	if kind != "tree" {
		return nil, fs.ErrNotExist
	}
	entries, err := parseTree(data, len(t.commit)/2)
	t.dirs[dir] = entries
	return entries, err
}

// parseTree reads a tree object: for each entry its mode, a space, its name, a zero byte, and its ID in hashSize bytes.
func parseTree(data []byte, hashSize int) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		space, end := bytes.IndexByte(data, ' '), bytes.IndexByte(data, 0)
		if space < 0 || end < space || len(data) < end+1+hashSize {
			return nil, errors.New("git's tree object is damaged")
		}
		e := entry{name: string(data[space+1 : end]), id: hex.EncodeToString(data[end+1 : end+1+hashSize])}
		switch string(data[:space]) {
		case "40000":
			e.mode = fs.ModeDir | 0o755
		case "100644", "100755", "100664":
			e.mode = 0o644
		case "120000":
			e.mode = fs.ModeSymlink
		default:
			e.mode = fs.ModeIrregular // a submodule
		}
		entries = append(entries, e)
		data = data[end+1+hashSize:]
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

func (t *Tree) find(name string) (entry, error) {
	if name == "." {
		return entry{name: ".", mode: fs.ModeDir | 0o755}, nil
	}
	entries, err := t.folder(path.Dir(name))
	if err != nil {
		return entry{}, err
	}
	i, ok := slices.BinarySearchFunc(entries, path.Base(name), func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return entry{}, fs.ErrNotExist
	}
	return entries[i], nil
}

// Open implements fs.FS.
func (t *Tree) Open(name string) (fs.File, error) {
	fail := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	e, err := t.find(name)
	if err != nil {
		return fail(err)
	}
	if e.mode.IsDir() {
		entries, err := t.folder(name)
		if err != nil {
			return fail(err)
		}
		return &folderFile{e, entries}, nil
	}
	if !e.mode.IsRegular() {
		return &file{info: e, Reader: bytes.NewReader(nil)}, nil
	}
	data, ok := t.files[e.id]
	if !ok {
		if _, data, err = t.object(e.id); err != nil {
			return fail(err)
		}
		t.files[e.id] = data
	}
	e.size = int64(len(data))
	return &file{e, bytes.NewReader(data)}, nil
}

// file is an open file.
type file struct {
	info entry
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

// folderFile is an open folder.
type folderFile struct {
	info entry
	rest []entry
}

func (f *folderFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *folderFile) Read([]byte) (int, error)   { return 0, errors.New("is a directory") }
func (f *folderFile) Close() error               { return nil }

// ReadDir implements fs.ReadDirFile.
func (f *folderFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.rest) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.rest) {
		n = len(f.rest)
	}
	list := make([]fs.DirEntry, n)
	for i, e := range f.rest[:n] {
		list[i] = e
	}
	f.rest = f.rest[n:]
	return list, nil
}

func (e entry) Name() string               { return e.name }
func (e entry) Size() int64                { return e.size }
func (e entry) Mode() fs.FileMode          { return e.mode }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) IsDir() bool                { return e.mode.IsDir() }
func (e entry) Sys() any                   { return nil }
func (e entry) Type() fs.FileMode          { return e.mode.Type() }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
