package resource

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// ErrInvalidQuery is in the errors of queries that some cloud could not answer, most without another index.
var ErrInvalidQuery = errors.New("some cloud cannot answer the query")

// The values that a list has at most, as Firestore has it. https://cloud.google.com/firestore/docs/query-data/queries#limits_on_or_queries
var maxListed = map[string]int{"in": 30, "not-in": 10}

// check refuses what some cloud does not do without an index that the spec does not declare. DynamoDB orders by the sort attribute of
// a key whose first attribute is asked for, and by nothing else; Firestore compares an attribute beside one that is asked for only if
// an index has both. Beside that there may be any number of attributes that are compared with = or in: where the cloud does not look at
// them, it is done here.
// https://cloud.google.com/firestore/docs/query-data/index-overview#composite_indexes
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html
func (t guardedTable) check(q *driver.Query) error {
	var asked, listed, compared []string
	for _, f := range q.Filters {
		name := string(path(f.FieldPath))
		if most, ok := maxListed[f.Op]; ok {
			if n := reflect.ValueOf(f.Value).Len(); n == 0 || n > most {
				return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: %q is compared by %s with %d values, not with 1 to %d", ErrInvalidQuery, name, f.Op, n, most))
			}
		}
		switch {
		case f.Op == driver.EqualOp:
			asked = append(asked, name)
		case f.Op == "in":
			listed = append(listed, name)
		case !slices.Contains(compared, name):
			compared = append(compared, name)
		}
	}
	indexed := func(sort string) bool {
		return slices.ContainsFunc(t.keys(), func(key []string) bool {
			return len(key) == 2 && key[1] == sort && slices.Contains(asked, key[0])
		})
	}
	refuse := func(what, attribute string) error {
		return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: %s %q is done only where it is the sort attribute of a key, or of an index, whose first attribute the query asks for with =:"+
			" declare an index of the table %s in the spec", ErrInvalidQuery, what, attribute, t.table.Name))
	}
	for _, name := range append(compared, q.OrderByField) {
		if slices.Contains(asked, name) {
			return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: %q is compared with =, and need not be compared otherwise, or ordered by", ErrInvalidQuery, name))
		}
	}
	if q.OrderByField != "" && !indexed(q.OrderByField) {
		return refuse("to order by", q.OrderByField)
	}
	if q.OrderByField != "" && len(compared) > 0 && compared[0] != q.OrderByField {
		return refuse("to compare beside another order", compared[0])
	}
	if len(compared) > 1 {
		return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: one attribute at most can be compared with other than =, not %q", ErrInvalidQuery, compared))
	}
	if len(compared) == 1 && len(asked)+len(listed) > 0 && !indexed(compared[0]) {
		return refuse("to compare", compared[0])
	}
	return nil
}

// keys are the attributes of the table's key, and of each of its indexes.
func (t guardedTable) keys() [][]string { return append([][]string{t.table.Key}, t.table.Indexes...) }
