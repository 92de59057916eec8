package change

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// maxJSON is how deep a document may nest.
const maxJSON = 64

// JSON adds the leaves of a document to a resource.
func JSON(r *Resource, data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var doc any
	if err := dec.Decode(&doc); err != nil {
		return err
	}
	leavesOf(r, "", doc, 0)
	return nil
}

func leavesOf(r *Resource, path string, v any, depth int) {
	if depth > maxJSON {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			r.Set(path, "{}", "")
		}
		for key, inner := range v {
			leavesOf(r, dotted(path, key), inner, depth+1)
		}
	case []any:
		if len(v) == 0 {
			r.Set(path, "[]", "")
		}
		plain := !slices.ContainsFunc(v, func(item any) bool {
			switch item.(type) {
			case map[string]any, []any:
				return true
			}
			return false
		})
		for i, inner := range v {
			at := path + "[]"
			if !plain {
				at = path + "[" + strconv.Itoa(i) + "]"
			}
			leavesOf(r, at, inner, depth+1)
		}
	case nil:
		r.Set(path, "null", "")
	default:
		r.Set(path, fmt.Sprint(v), "")
	}
}

func dotted(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
