package cosmos

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/itemkey"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// query is a query in SQL. Values are parameters, and names are quoted.
// https://learn.microsoft.com/azure/cosmos-db/nosql/query/
type query struct {
	Query      string      `json:"query"`
	Parameters []parameter `json:"parameters"`

	// partition is the one that it is about; nil for all.
	partition *string
	// order is what the driver has to do itself: REST does not merge what partitions answer.
	order *order
}

// order is that of items by an attribute.
type order struct {
	attribute string
	ascending bool
}

// maxSorted is how many items are put in order in memory at most.
const maxSorted = 10_000

func (o *order) sort(found []document) {
	slices.SortStableFunc(found, func(x, y document) int {
		n := compare(x.Item[o.attribute], y.Item[o.attribute])
		if !o.ascending {
			n = -n
		}
		return n
	})
}

// compare orders numbers, strings, times and booleans; others are equal.
func compare(x, y any) int {
	switch a := x.(type) {
	case json.Number:
		b, _ := y.(json.Number)
		m, _ := a.Float64()
		n, _ := b.Float64()
		return cmp.Compare(m, n)
	case string:
		b, _ := y.(string)
		return cmp.Compare(a, b)
	case time.Time:
		b, _ := y.(time.Time)
		return a.Compare(b)
	case bool:
		if b, _ := y.(bool); a != b {
			return map[bool]int{false: -1, true: 1}[a]
		}
	}
	return 0
}

type parameter struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// property is how SQL names an attribute of an item.
func property(path []string) (string, error) {
	var b strings.Builder
	b.WriteString("c.item")
	for _, name := range path {
		quoted, err := json.Marshal(name)
		if err != nil {
			return "", err
		}
		b.WriteString("[" + string(quoted) + "]")
	}
	return b.String(), nil
}

// operators are those of docstore in SQL, with the place of the property and of the parameter.
var operators = map[string]string{
	"=": "%[1]s = %[2]s", ">": "%[1]s > %[2]s", ">=": "%[1]s >= %[2]s", "<": "%[1]s < %[2]s", "<=": "%[1]s <= %[2]s",
	"in": "ARRAY_CONTAINS(%[2]s, %[1]s)", "not-in": "NOT ARRAY_CONTAINS(%[2]s, %[1]s)",
}

func (c *collection) compose(q *driver.Query) (*query, error) {
	out := &query{Query: "SELECT * FROM c", Parameters: []parameter{}}
	var conditions []string
	for i, f := range q.Filters {
		name, err := property(f.FieldPath)
		if err != nil {
			return nil, err
		}
		value, err := encodeValue(f.Value)
		if err != nil {
			return nil, err
		}
		operator, ok := operators[f.Op]
		if !ok {
			return nil, rest.Coded(gcerrors.Unimplemented, fmt.Errorf("the operator %q", f.Op))
		}
		p := parameter{"@p" + strconv.Itoa(i), toJSON(value, "", map[string]string{})}
		conditions = append(conditions, fmt.Sprintf(operator, name, p.Name))
		out.Parameters = append(out.Parameters, p)
		if f.Op == driver.EqualOp && driver.FieldPathEqualsField(f.FieldPath, c.key[0]) {
			if out.partition, err = partitionOf(c.key[0], f.Value); err != nil {
				return nil, err
			}
		}
	}
	if len(conditions) > 0 {
		out.Query += " WHERE " + strings.Join(conditions, " AND ")
	}
	if q.OrderByField != "" && out.partition == nil {
		out.order = &order{q.OrderByField, q.OrderAscending}
	} else if q.OrderByField != "" {
		name, err := property([]string{q.OrderByField})
		if err != nil {
			return nil, err
		}
		direction := "DESC"
		if q.OrderAscending {
			direction = "ASC"
		}
		out.Query += " ORDER BY " + name + " " + direction
	}
	return out, nil
}

func partitionOf(attribute string, value any) (*string, error) {
	doc, err := driver.NewDocument(map[string]any{attribute: value})
	if err != nil {
		return nil, err
	}
	texts, err := itemkey.Of(doc, []string{attribute})
	if err != nil {
		return nil, rest.Coded(gcerrors.InvalidArgument, err)
	}
	return &texts[0], nil
}

// RunGetQuery implements driver.Collection. The first page is read at once.
func (c *collection) RunGetQuery(ctx context.Context, q *driver.Query) (driver.DocumentIterator, error) {
	composed, err := c.compose(q)
	if err != nil {
		return nil, err
	}
	if q.BeforeQuery != nil {
		if err := q.BeforeQuery(func(any) bool { return false }); err != nil {
			return nil, err
		}
	}
	it := &documents{collection: c, query: composed, paths: q.FieldPaths, skip: max(q.Offset, 0), left: -1}
	if q.Limit > 0 {
		it.left = q.Limit
	}
	if composed.order != nil {
		return it, it.sorted(ctx)
	}
	return it, it.page(ctx)
}

// QueryPlan returns the query in SQL, and whether it goes to one partition or to all.
func (c *collection) QueryPlan(q *driver.Query) (string, error) {
	composed, err := c.compose(q)
	if err != nil {
		return "", err
	}
	if composed.partition == nil {
		return "all partitions: " + composed.Query, nil
	}
	return "one partition: " + composed.Query, nil
}

// documents are those that a query finds, page by page.
type documents struct {
	collection   *collection
	query        *query
	paths        [][]string
	skip, left   int // left is negative without a limit
	found        []document
	continuation string
	done         bool
}

// sorted reads all pages, and puts what they have in order.
func (d *documents) sorted(ctx context.Context) error {
	var all []document
	for !d.done {
		if err := d.page(ctx); err != nil {
			return err
		}
		if all = append(all, d.found...); len(all) > maxSorted {
			return rest.Coded(gcerrors.ResourceExhausted, fmt.Errorf(
				"more than %d items would have to be put in order: ask for those of one %s, which Cosmos DB orders itself", maxSorted, d.collection.key[0]))
		}
	}
	d.query.order.sort(all)
	d.found = all
	return nil
}

// page reads the next page. It may be empty, with more behind it.
// https://learn.microsoft.com/rest/api/cosmos-db/querying-cosmosdb-resources-using-the-rest-api#pagination-of-query-results
func (d *documents) page(ctx context.Context) error {
	body, err := json.Marshal(d.query)
	if err != nil {
		return err
	}
	h := http.Header{
		"Content-Type": {"application/query+json"}, "X-Ms-Documentdb-Isquery": {"True"}, "X-Ms-Max-Item-Count": {"-1"},
	}
	if d.query.partition == nil {
		h.Set("X-Ms-Documentdb-Query-Enablecrosspartition", "True")
	}
	if d.left >= 0 && d.query.order == nil {
		h.Set("X-Ms-Max-Item-Count", strconv.Itoa(min(d.left+d.skip, maxPage)))
	}
	if d.continuation != "" {
		h.Set("X-Ms-Continuation", d.continuation)
	}
	answer, header, err := d.collection.client.call(ctx, http.MethodPost, "", d.query.partition, h, body)
	if err != nil {
		return err
	}
	var page struct{ Documents []document }
	if err := unmarshal(answer, &page); err != nil {
		return fmt.Errorf("the documents: %w", err)
	}
	for i := range page.Documents {
		if err := page.Documents[i].restore(); err != nil {
			return err
		}
	}
	d.found, d.continuation = page.Documents, header.Get("X-Ms-Continuation")
	d.done = d.continuation == ""
	return nil
}

// maxPage is the most documents that a page has.
const maxPage = 1000

// Next implements driver.DocumentIterator.
func (d *documents) Next(ctx context.Context, doc driver.Document) error {
	for {
		if d.left == 0 {
			return io.EOF
		}
		for len(d.found) == 0 {
			if d.done {
				return io.EOF
			}
			if err := d.page(ctx); err != nil {
				return err
			}
		}
		next := d.found[0]
		d.found = d.found[1:]
		if d.skip > 0 {
			d.skip--
			continue
		}
		if d.left > 0 {
			d.left--
		}
		return d.collection.decodeItem(&next, doc, d.paths)
	}
}

// Stop implements driver.DocumentIterator.
func (d *documents) Stop() { d.found, d.done, d.left = nil, true, 0 }

// As implements driver.DocumentIterator.
func (d *documents) As(any) bool { return false }
