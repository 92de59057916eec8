package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// maxManifest is the largest manifest that is read, in bytes. A file takes some 130, so it is room for 60,000 files.
const maxManifest = 8 << 20

var errTooLarge = fmt.Errorf("is larger than %d bytes", maxManifest)

// Manifest is what a tree's manifest says.
type Manifest struct {
	// Version of the tool that wrote the tree last. A tree that differs in nothing else is not rewritten.
	Version string `json:"version"`
	// Files are the hashes of all generated files, by path.
	Files Hashes `json:"files"`

	raw []byte // as read from disk
}

// Hashes are hashes of files, by their path in the tree. A hash is the SHA-256, in lower-case hexadecimal, of the content with
// its line endings normalised (see the package's documentation).
type Hashes map[string]string

// ManifestError is a manifest that cannot be trusted to tell which files were generated.
type ManifestError struct {
	// Path is the manifest's on disk, or empty if it was not read from disk.
	Path string
	Err  error
}

func (e *ManifestError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("manifest: %v", e.Err)
	}
	return fmt.Sprintf("manifest %s: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *ManifestError) Unwrap() error { return e.Err }

// ParseManifest reads a manifest. Everything in it is taken for hostile: sizes are bounded, and a path that ValidPath refuses, that
// is listed twice or that collides with another is an error, as is a hash that is none. Keys of the manifest that this version
// does not know are ignored. Errors are of type *ManifestError.
func ParseManifest(data []byte) (*Manifest, error) {
	if len(data) > maxManifest {
		return nil, &ManifestError{Err: errTooLarge}
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, &ManifestError{Err: err}
	}
	if m.Files == nil {
		return nil, &ManifestError{Err: errors.New("does not list files")}
	}
	return &m, nil
}

// Format returns the manifest as it stands on disk: indented, sorted by path, with a newline at its end.
func (m *Manifest) Format() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		panic(err) // strings and a map of strings can always be encoded
	}
	return b.Bytes()
}

// UnmarshalJSON reads an object key by key, because the standard decoder lets the last of two equal keys win.
func (h *Hashes) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.New("files is not an object")
	}
	hashes, names := Hashes{}, nameTable{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		path, _ := key.(string)
		if err := names.add(path); err != nil {
			return err
		}
		value, err := d.Token()
		if err != nil {
			return err
		}
		hash, _ := value.(string)
		if !isHash(hash) {
			return fmt.Errorf("path %q has no SHA-256 hash", path)
		}
		hashes[path] = hash
	}
	*h = hashes
	return nil
}

// newManifest lists the files of a set.
func newManifest(version string, set *Set) *Manifest {
	m := &Manifest{Version: version, Files: make(Hashes, set.Len())}
	for path, data := range set.files {
		m.Files[path] = hashOf(data)
	}
	return m
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(normal(data))
	return hex.EncodeToString(sum[:])
}

func isHash(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// normal turns CRLF into LF unless the data is binary.
func normal(data []byte) []byte {
	if !bytes.Contains(data, []byte("\r\n")) || bytes.IndexByte(data, 0) >= 0 {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}
