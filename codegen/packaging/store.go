package packaging

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

// What a target's folder holds beside artifacts.
const (
	recordName  = ".isobar-build.json"
	stagingName = ".isobar-tmp"   // exists while a build runs, and after one that was killed
	cacheName   = ".isobar-cache" // executables, so that the next build need not link them again
	sourceName  = "source"
	maxRecord   = 1 << 20
)

// record is what the build before has left.
type record struct {
	// File is the artifact's name.
	File string `json:"file"`
	digest
	// Content is the hash of what was packed, and Executable that of the compiled entrypoint.
	Content    string `json:"content"`
	Executable string `json:"executable,omitempty"`
	// Folder is the name of the folder with the artifact's source.
	Folder string `json:"folder,omitempty"`
}

// store is the folder of a target's artifact. Files get there by being renamed, once they are whole.
type store struct {
	dir     string
	old     record
	release func()
}

// openStore makes the folder if need be, waits for other builds to leave it, and clears away what a killed one left.
func openStore(dir string) (*store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	release, err := artifact.Lock(dir)
	if err != nil {
		return nil, err
	}
	s := &store{dir: dir, release: release}
	if err := s.prepare(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// openStores opens the folders of all jobs, in the same order in every process, so that no two builds wait for each other. With an
// error it returns the number of the job that it is about.
func openStores(ctx context.Context, jobs []Job) ([]*store, int, error) {
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(jobs[a].Out, jobs[b].Out) })
	stores := make([]*store, len(jobs))
	n := order[0]
	done := make(chan error, 1)
	go func() {
		for _, i := range order {
			s, err := openStore(jobs[i].Out)
			if err != nil {
				closeStores(stores)
				n = i
				done <- err
				return
			}
			stores[i] = s
		}
		done <- nil
	}()
	for patience := time.After(patience); ; {
		select {
		case err := <-done:
			return stores, n, err
		case <-patience:
			for _, job := range jobs {
				job.report("waiting for another build to leave the folder")
			}
		case <-ctx.Done(): // another build may take long to leave a folder
			go func() {
				if <-done == nil {
					closeStores(stores)
				}
			}()
			return nil, order[0], ctx.Err()
		}
	}
}

// patience is how long a build waits for another one before it says so.
const patience = 2 * time.Second

func closeStores(stores []*store) {
	for _, s := range stores {
		if s != nil {
			s.close()
		}
	}
}

func (s *store) prepare() error {
	if _, err := os.Lstat(filepath.Join(s.dir, artifact.ManifestName)); err == nil {
		return &layoutError{"the folder " + s.dir + " holds generated files", "build into another folder with --out"}
	}
	if err := s.ignore(); err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(s.staging("")), os.Mkdir(s.staging(""), 0o755), os.MkdirAll(filepath.Join(s.dir, cacheName), 0o755)); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(s.dir, recordName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRecord))
	if err != nil {
		return err
	}
	// A record that is damaged costs a build that might have been saved, and nothing else.
	if json.Unmarshal(data, &s.old) != nil || filepath.Base(s.old.File) != s.old.File || s.old.Folder != sourceName && s.old.Folder != "" {
		s.old = record{}
	}
	return nil
}

// ignore has git ignore the folder, whatever else fails, unless there is something of somebody else's in it.
func (s *store) ignore() error {
	const ignoreName = ".gitignore"
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		switch name := f.Name(); {
		case slices.Contains([]string{recordName, stagingName, cacheName, sourceName}, name), strings.HasSuffix(name, ".zip"), strings.HasSuffix(name, ".cdx.json"):
		case name == ignoreName && isEmpty(f): // an interrupted build has left it
		default:
			return nil
		}
	}
	return os.WriteFile(filepath.Join(s.dir, ignoreName), []byte("*\n"), 0o644)
}

func isEmpty(f fs.DirEntry) bool {
	info, err := f.Info()
	return err == nil && info.Size() == 0
}

// close clears away what has not become part of the artifact, and lets other builds in.
func (s *store) close() {
	_ = os.RemoveAll(s.staging("")) // the next build tries again
	s.release()
}

func (s *store) staging(name string) string { return filepath.Join(s.dir, stagingName, name) }

// cached returns where an executable is kept. One that is not what the build before left there, because that was interrupted, is
// removed: go build looks at the head of the file alone when it decides whether to make it again.
func (s *store) cached(name string) (string, error) {
	file := filepath.Join(s.dir, cacheName, name)
	sum, err := hashFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && sum == s.old.Executable {
		return file, nil
	}
	if err != nil {
		return "", err
	}
	return file, os.Remove(file)
}

// holds tells whether the artifact of the build before is there, and whole.
func (s *store) holds(content string) bool {
	if s.old.Content != content || s.old.File == "" {
		return false
	}
	if s.old.Folder != "" {
		if info, err := os.Stat(filepath.Join(s.dir, s.old.Folder, "vendor", "modules.txt")); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, billName(s.old.File))); err != nil {
		return false
	}
	sum, err := hashFile(filepath.Join(s.dir, s.old.File))
	return err == nil && sum == s.old.SHA256
}

// stageZip writes the artifact.
func (s *store) stageZip(entries []entry) (digest, error) {
	f, err := os.Create(s.staging("zip"))
	if err != nil {
		return digest{}, err
	}
	d, err := writeZip(f, entries)
	return d, errors.Join(err, f.Close())
}

// stageFolder writes the artifact's entries as files.
func (s *store) stageFolder(entries []entry) error {
	for _, e := range entries {
		file := filepath.Join(s.staging(sourceName), filepath.FromSlash(e.path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := e.copyTo(file); err != nil {
			return err
		}
	}
	return nil
}

func (e entry) copyTo(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, e.mode)
	if err != nil {
		return err
	}
	return errors.Join(e.writeTo(f), f.Close())
}

// stage writes a small file.
func (s *store) stage(name string, data []byte) error {
	return os.WriteFile(s.staging(name), data, 0o644)
}

// publish moves what was staged into its place, the record last, and removes the artifact that it replaces.
func (s *store) publish(r record) error {
	if err := s.stage("record", encode(r)); err != nil {
		return err
	}
	if r.Folder != "" {
		if err := s.publishFolder(r.Folder); err != nil {
			return err
		}
	}
	for _, f := range []struct{ from, to string }{{"zip", r.File}, {"bill", billName(r.File)}, {"record", recordName}} {
		if err := os.Rename(s.staging(f.from), filepath.Join(s.dir, f.to)); err != nil {
			return err
		}
	}
	if s.old.File != "" && s.old.File != r.File {
		for _, name := range []string{s.old.File, billName(s.old.File)} {
			if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// publishFolder puts the new folder in the place of the old one, which is removed with the rest of the staging folder.
func (s *store) publishFolder(name string) error {
	place := filepath.Join(s.dir, name)
	switch err := os.Rename(place, s.staging("replaced")); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	}
	return os.Rename(s.staging(name), place)
}

// foreign tells whether a folder stands where the artifact's is to be, which no build has made.
func (s *store) foreign() bool {
	_, err := os.Lstat(filepath.Join(s.dir, sourceName))
	return err == nil && s.old.Folder == ""
}

// artifactName has the hash in it, so that it can be the key of a deployment.
func artifactName(app string, d digest) string { return fmt.Sprintf("%s-%s.zip", app, d.SHA256[:16]) }

// billName is the name of the bill of materials of an artifact.
func billName(file string) string { return strings.TrimSuffix(file, ".zip") + ".cdx.json" }

// contentHash is the hash of all that decides an artifact's bytes: its entries, and the library that compresses them.
func contentHash(entries []entry) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %d\n", runtime.Version(), level)
	for _, e := range entries {
		each := sha256.New()
		if err := e.writeTo(each); err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%q %o %x\n", e.path, e.mode, each.Sum(nil))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashFile(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
