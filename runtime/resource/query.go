package resource

import (
	"errors"
	"fmt"
	"slices"

	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// ErrInvalidQuery is in the errors of queries that some cloud could not answer without another index.
var ErrInvalidQuery = errors.New("the query needs an index")

// check refuses what some cloud does not do without an index that the spec does not declare. DynamoDB orders by the sort attribute of
// a key whose first attribute is asked for, and by nothing else; Firestore compares an attribute beside one that is asked for only if
// an index has both. Attributes that a query asks for are compared with = or in; there may be any number.
// https://cloud.google.com/firestore/docs/query-data/index-overview#composite_indexes
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html
func (t guardedTable) check(q *driver.Query) error {
	var asked, compared []string
	for _, f := range q.Filters {
		name := string(path(f.FieldPath))
		if f.Op == driver.EqualOp || f.Op == "in" {
			asked = append(asked, name)
		} else if !slices.Contains(compared, name) {
			compared = append(compared, name)
		}
	}
	indexed := func(sort string) bool {
		return slices.ContainsFunc(append([][]string{t.table.Key}, t.table.Indexes...), func(key []string) bool {
			return len(key) == 2 && key[1] == sort && slices.Contains(asked, key[0])
		})
	}
	refuse := func(what, attribute string) error {
		return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: %s %q is done only where it is the sort attribute of a key, or of an index, whose first attribute the query asks for with =:"+
			" declare an index of the table %s in the spec", ErrInvalidQuery, what, attribute, t.table.Name))
	}
	if q.OrderByField != "" && !indexed(q.OrderByField) {
		return refuse("to order by", q.OrderByField)
	}
	if len(compared) > 1 {
		return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: one attribute at most can be compared with other than =, not %q", ErrInvalidQuery, compared))
	}
	if len(compared) == 1 && len(asked) > 0 && !indexed(compared[0]) {
		return refuse("to compare", compared[0])
	}
	return nil
}
