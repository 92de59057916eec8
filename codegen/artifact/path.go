package artifact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// ManifestName is the manifest's path in a tree. No file of a Set can have it.
	ManifestName = ".isobar.json"
	// stagingName is a folder in a tree's root that exists while a commit runs, and after one that was killed.
	stagingName = ".isobar-tmp"
	// maxPath is the longest path in bytes: a few hundred below what common file systems take for an absolute path.
	maxPath = 1024
)

// PathError is a path that no tree can hold.
type PathError struct {
	Path string
	// Reason is a clause that completes "path … ".
	Reason string
}

func (e *PathError) Error() string {
	return fmt.Sprintf("path %q %s", e.Path, e.Reason)
}

// ValidPath returns nil if a tree can hold a file at the path on every system, or a *PathError. A valid path is relative,
// separated by slashes and clean: no empty, "." or ".." element. Its elements are what Windows, the strictest, lets a file be
// named. The names of the manifest and of the staging folder are taken, whatever their case.
func ValidPath(path string) error {
	fail := func(reason string) error { return &PathError{path, reason} }
	switch {
	case path == "":
		return fail("is empty")
	case len(path) > maxPath:
		return &PathError{path[:32] + "…", fmt.Sprintf("is longer than %d bytes", maxPath)}
	case !utf8.ValidString(path):
		return fail("is not UTF-8")
	case path[0] == '/':
		return fail("is absolute")
	}
	first := true
	for element := range strings.SplitSeq(path, "/") {
		if reason := invalidElement(element); reason != "" {
			return fail(reason)
		}
		if folded := fold(element); first && (folded == ManifestName || folded == stagingName) {
			return fail("is reserved")
		}
		first = false
	}
	return nil
}

func invalidElement(element string) (reason string) {
	base, _, _ := strings.Cut(element, ".")
	switch {
	case element == "":
		return "has an empty element"
	case element == "." || element == "..":
		return `has an element "." or ".."`
	case len(element) > 255:
		return "has an element longer than 255 bytes"
	case strings.ContainsAny(element, `\:*?"<>|`):
		return `has one of \ : * ? " < > |`
	case strings.ContainsFunc(element, unicode.IsControl):
		return "has a control character"
	case strings.HasSuffix(element, ".") || strings.HasSuffix(element, " "):
		return "has an element that ends in a dot or a space"
	case isDevice(fold(strings.TrimRight(base, " "))):
		return "has a name that Windows keeps for a device"
	}
	return ""
}

// isDevice tells names that Windows gives to devices in every folder, with any extension.
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func isDevice(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	port, ok := strings.CutPrefix(name, "com")
	if !ok {
		port, ok = strings.CutPrefix(name, "lpt")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}

// fold maps names that a file system may take for the same to one.
func fold(name string) string {
	return strings.ToLower(strings.ToUpper(name))
}

// nameTable knows the names in use: of files and of the folders that hold them.
type nameTable struct {
	byFold map[string]name
}

type name struct {
	path   string
	folder bool
}

// add takes up a file's path, or returns a *PathError if it is not valid or cannot stand beside another.
func (t *nameTable) add(path string) error {
	if err := ValidPath(path); err != nil {
		return err
	}
	if t.byFold == nil {
		t.byFold = map[string]name{}
	}
	if other, taken := t.byFold[fold(path)]; taken {
		return &PathError{path, collision(path, other)}
	}
	for dir := range parents(path) {
		other, taken := t.byFold[fold(dir)]
		if taken && (!other.folder || other.path != dir) {
			return &PathError{path, collision(path, other)}
		}
	}
	t.byFold[fold(path)] = name{path, false}
	for dir := range parents(path) {
		t.byFold[fold(dir)] = name{dir, true}
	}
	return nil
}

// holds tells whether a folder holds one of the files.
func (t *nameTable) holds(dir string) bool {
	return t.byFold[fold(dir)] == name{dir, true}
}

func collision(path string, other name) string {
	switch {
	case other.path == path && !other.folder:
		return "was added before"
	case other.folder:
		return fmt.Sprintf("collides with the folder %q", other.path)
	default:
		return fmt.Sprintf("collides with the file %q", other.path)
	}
}

// parents yields the folders above a path, outermost first.
func parents(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range len(path) {
			if path[i] == '/' && !yield(path[:i]) {
				return
			}
		}
	}
}
