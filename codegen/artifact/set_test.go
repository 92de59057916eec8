package artifact_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
)

func TestSet(t *testing.T) {
	var s artifact.Set
	data := []byte("two")
	s.Add("b/2", data)
	s.Add("a", []byte("one"))
	s.Add("b/1", nil)
	copy(data, "xxx")

	same(t, "paths", []string{"a", "b/1", "b/2"}, s.Paths())
	var all []string
	for path, data := range s.All() {
		all = append(all, fmt.Sprintf("%s=%s", path, data))
	}
	same(t, "all", []string{"a=one", "b/1=", "b/2=two"}, all)
	if s.Len() != 3 {
		t.Errorf("Len is %d, want 3", s.Len())
	}
	if got, ok := s.Get("b/2"); string(got) != "two" || !ok {
		t.Errorf("Get returned %q, %v", got, ok)
	}
	if _, ok := s.Get("b"); ok {
		t.Error("Get found a folder")
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

func TestSetRefusesPaths(t *testing.T) {
	for _, tc := range []struct{ path, reason string }{
		{"", "is empty"},
		{"/etc/passwd", "is absolute"},
		{"../x", `has an element "." or ".."`},
		{"a/../../x", `has an element "." or ".."`},
		{"./a", `has an element "." or ".."`},
		{"a//b", "has an empty element"},
		{"a/", "has an empty element"},
		{`a\b`, `has one of`},
		{"C:x", `has one of`},
		{"a\x00b", "has a control character"},
		{"a\nb", "has a control character"},
		{"a\xffb", "is not UTF-8"},
		{"a./b", "ends in a dot or a space"},
		{"a ", "ends in a dot or a space"},
		{"package/aux/function.json", "keeps for a device"},
		{"NUL.txt", "keeps for a device"},
		{"d/LPT¹.x", "keeps for a device"},
		{"com1", "keeps for a device"},
		{".isobar.json", "is reserved"},
		{".Isobar.JSON", "is reserved"},
		{".isobar-tmp/x", "is reserved"},
		{strings.Repeat("a", 256), "longer than 255 bytes"},
		{strings.Repeat("a/", 600) + "a", "longer than 1024 bytes"},
		{"dir/file", "was added before"},
		{"Dir/File", `collides with the file "dir/file"`},
		{"DIR/other", `collides with the folder "dir"`},
		{"dir", `collides with the folder "dir"`},
		{"dir/file/below", `collides with the file "dir/file"`},
	} {
		t.Run(tc.path[:min(len(tc.path), 40)], func(t *testing.T) {
			var s artifact.Set
			s.Add("dir/file", nil)
			s.Add(tc.path, nil)

			var pathError *artifact.PathError
			if err := s.Err(); !errors.As(err, &pathError) || !strings.Contains(pathError.Reason, tc.reason) {
				t.Errorf("Err returned %v, want a reason with %q", err, tc.reason)
			}
			same(t, "paths", []string{"dir/file"}, s.Paths())

			dir := t.TempDir()
			if _, err := artifact.Compare(dir, &s); !errors.As(err, &pathError) {
				t.Errorf("Compare returned %v", err)
			}
			if _, err := artifact.Commit([]artifact.Tree{{Dir: dir, Set: &s}}, artifact.Options{Force: true}); !errors.As(err, &pathError) {
				t.Errorf("Commit returned %v", err)
			}
			same(t, "on disk", files{}, read(t, dir))
		})
	}
}

func TestSetTakesPaths(t *testing.T) {
	paths := []string{
		"template.yaml", "package/process-order/function.json", ".gitignore", "a b", "com", "computer", "com12", "lpt10", "a/.isobar.json",
		"é/ü", "x..y", "...x",
	}
	var s artifact.Set
	for _, path := range paths {
		s.Add(path, nil)
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
	same(t, "paths", slices.Sorted(slices.Values(paths)), s.Paths())
}

func TestEqual(t *testing.T) {
	set := func(files ...string) *artifact.Set {
		var s artifact.Set
		for i := 0; i < len(files); i += 2 {
			s.Add(files[i], []byte(files[i+1]))
		}
		return &s
	}
	a := set("x", "1", "y", "2")
	for name, other := range map[string]*artifact.Set{"another content": set("x", "1", "y", "3"), "a file less": set("x", "1"), "a file more": set("x", "1", "y", "2", "z", ""), "another name": set("x", "1", "z", "2")} {
		if a.Equal(other) {
			t.Errorf("%s is equal", name)
		}
	}
	if !a.Equal(set("y", "2", "x", "1")) {
		t.Error("the order matters")
	}
}
