package cosmostest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// query is a query in the part of SQL that the double knows: SELECT * FROM c, conditions with AND between, and one ORDER BY.
// https://learn.microsoft.com/azure/cosmos-db/nosql/query/
type query struct {
	conditions []condition
	order      []string
	descending bool
}

// condition compares a property with a value.
type condition struct {
	path     []string
	operator string
	value    any
}

var (
	statement  = regexp.MustCompile(`^SELECT \* FROM c(?: WHERE (.+?))?(?: ORDER BY (c\.item(?:\["(?:[^"\\]|\\.)*"\])+) (ASC|DESC))?$`)
	comparison = regexp.MustCompile(`^(c\.item(?:\["(?:[^"\\]|\\.)*"\])+) (=|>=|<=|>|<) (@p\d+)$`)
	membership = regexp.MustCompile(`^(NOT )?ARRAY_CONTAINS\((@p\d+), (c\.item(?:\["(?:[^"\\]|\\.)*"\])+)\)$`)
	segment    = regexp.MustCompile(`\["((?:[^"\\]|\\.)*)"\]`)
)

func parse(body []byte) (*query, error) {
	var in struct {
		Query      string
		Parameters []struct {
			Name  string
			Value any
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&in); err != nil {
		return nil, err
	}
	values := map[string]any{}
	for _, p := range in.Parameters {
		values[p.Name] = p.Value
	}
	parts := statement.FindStringSubmatch(in.Query)
	if parts == nil {
		return nil, fmt.Errorf("syntax error in %q", in.Query)
	}
	q := &query{order: path(parts[2]), descending: parts[3] == "DESC"}
	if parts[1] == "" {
		return q, nil
	}
	for text := range strings.SplitSeq(parts[1], " AND ") {
		var c condition
		var name string
		if m := comparison.FindStringSubmatch(text); m != nil {
			c.path, c.operator, name = path(m[1]), m[2], m[3]
		} else if m := membership.FindStringSubmatch(text); m != nil {
			c.path, c.operator, name = path(m[3]), m[1]+"IN", m[2]
		} else {
			return nil, fmt.Errorf("syntax error near %q", text)
		}
		value, ok := values[name]
		if !ok {
			return nil, errors.New("the parameter " + name + " is not defined")
		}
		c.value = value
		q.conditions = append(q.conditions, c)
	}
	return q, nil
}

func path(text string) []string {
	var names []string
	for _, m := range segment.FindAllStringSubmatch(text, -1) {
		var name string
		if json.Unmarshal([]byte(`"`+m[1]+`"`), &name) == nil {
			names = append(names, name)
		}
	}
	return names
}

// at returns the value at a path of the item, and whether it is defined.
func at(d map[string]any, path []string) (any, bool) {
	value := d["item"]
	for _, name := range path {
		m, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = m[name]; !ok {
			return nil, false
		}
	}
	return value, true
}

func (q *query) matches(d map[string]any) bool {
	return !slices.ContainsFunc(q.conditions, func(c condition) bool {
		value, ok := at(d, c.path)
		return !ok || !c.holds(value)
	})
}

// holds tells whether a condition holds of a value that is defined. Values of different types do not compare.
func (c condition) holds(value any) bool {
	if strings.HasSuffix(c.operator, "IN") {
		list, _ := c.value.([]any)
		in := slices.ContainsFunc(list, func(x any) bool { n, ok := compare(value, x); return ok && n == 0 })
		return in != strings.HasPrefix(c.operator, "NOT")
	}
	n, ok := compare(value, c.value)
	if !ok {
		return false
	}
	switch c.operator {
	case "=":
		return n == 0
	case ">":
		return n > 0
	case ">=":
		return n >= 0
	case "<":
		return n < 0
	default:
		return n <= 0
	}
}

// compare compares numbers, strings, or booleans.
func compare(x, y any) (int, bool) {
	switch a := x.(type) {
	case json.Number:
		b, ok := y.(json.Number)
		if !ok {
			return 0, false
		}
		m, err1 := a.Float64() // which is what Cosmos DB keeps
		n, err2 := b.Float64()
		switch {
		case err1 != nil || err2 != nil:
			return 0, false
		case m < n:
			return -1, true
		case m > n:
			return 1, true
		}
		return 0, true
	case string:
		b, ok := y.(string)
		return strings.Compare(a, b), ok
	case bool:
		b, ok := y.(bool)
		if a == b {
			return 0, ok
		}
		return map[bool]int{false: -1, true: 1}[a], ok
	}
	return 0, false
}

// sort orders documents; those without the property are left out of the order, at its beginning.
func (q *query) sort(found []map[string]any) {
	if q.order == nil {
		return
	}
	slices.SortStableFunc(found, func(x, y map[string]any) int {
		a, _ := at(x, q.order)
		b, _ := at(y, q.order)
		n, _ := compare(a, b)
		if q.descending {
			return -n
		}
		return n
	})
}
