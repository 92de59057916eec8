package packaging

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"strings"
)

// The parts of a bill of materials that are written: https://cyclonedx.org/docs/1.6/json/
type bom struct {
	Format       string          `json:"bomFormat"`
	SpecVersion  string          `json:"specVersion"`
	Version      int             `json:"version"`
	Metadata     bomMetadata     `json:"metadata"`
	Components   []bomComponent  `json:"components"`
	Dependencies []bomDependency `json:"dependencies"`
}

type bomMetadata struct {
	Component bomComponent `json:"component"`
}

type bomComponent struct {
	Type    string    `json:"type"`
	Ref     string    `json:"bom-ref"`
	Name    string    `json:"name"`
	Version string    `json:"version,omitempty"`
	PURL    string    `json:"purl,omitempty"`
	Hashes  []bomHash `json:"hashes,omitempty"`
}

type bomHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type bomDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// materials lists what is in an artifact. It has no serial number and no time, which the format leaves to choice: the same artifact
// has the same bill.
func materials(name, goVersion string, zip digest, modules []Module) []byte {
	const ref = "artifact"
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1, Components: []bomComponent{}}
	b.Metadata.Component = bomComponent{
		Type: "application", Ref: ref, Name: name, Version: "sha256:" + zip.SHA256,
		Hashes: []bomHash{{"SHA-256", zip.SHA256}},
	}
	top := bomDependency{Ref: ref, DependsOn: []string{}}
	if goVersion, _, _ := strings.Cut(goVersion, " "); goVersion != "" { // experiments may stand behind it
		modules = append([]Module{{"std", "v" + strings.TrimPrefix(goVersion, "go")}}, modules...)
	}
	for _, m := range modules {
		c := bomComponent{Type: "library", Name: m.Path, Version: m.Version, PURL: purl(m)}
		c.Ref = cmp.Or(c.PURL, m.Path)
		b.Components = append(b.Components, c)
		top.DependsOn = append(top.DependsOn, c.Ref)
	}
	b.Dependencies = []bomDependency{top}
	return encode(b)
}

// purl names a module as advisories do: https://github.com/package-url/purl-spec. A module without a version has no such name.
func purl(m Module) string {
	if m.Version == "" {
		return ""
	}
	return "pkg:golang/" + strings.ToLower(m.Path) + "@" + url.QueryEscape(m.Version)
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err) // strings, numbers and lists of them can always be encoded
	}
	return b.Bytes()
}
