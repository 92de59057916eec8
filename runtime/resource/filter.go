package resource

import (
	"bytes"
	"context"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
)

// Local are the filters of a query that its cloud does not take, and that are looked at here, item by item.
type Local struct {
	Filters []driver.Filter
	// Ends is set when items come in the order of what the filters compare, so that behind the first one that they refuse there is none.
	Ends bool
}

// holds looks for a filter in those that are looked at here.
func (l Local) holds(f driver.Filter) bool {
	return slices.ContainsFunc(l.Filters, func(x driver.Filter) bool { return x.Op == f.Op && reflect.DeepEqual(x, f) })
}

// split takes what the cloud does not take out of a query: filters, and the bounds that count what they leave. The attributes that they look
// at are read, too.
func (l Local) split(q *driver.Query) *driver.Query {
	sent := *q
	sent.Filters, sent.Limit, sent.Offset = nil, 0, 0
	for _, f := range q.Filters {
		if !l.holds(f) {
			sent.Filters = append(sent.Filters, f)
		}
	}
	if len(q.FieldPaths) > 0 {
		sent.FieldPaths = append(slices.Clone(q.FieldPaths), l.further(q.FieldPaths)...)
	}
	return &sent
}

// further are the paths that filters look at, and that are not read otherwise.
func (l Local) further(read [][]string) [][]string {
	var further [][]string
	for _, f := range l.Filters {
		covers := func(p []string) bool { return len(p) <= len(f.FieldPath) && slices.Equal(p, f.FieldPath[:len(p)]) }
		if !slices.ContainsFunc(read, covers) && !slices.ContainsFunc(further, covers) {
			further = append(further, f.FieldPath)
		}
	}
	return further
}

// filtered are the items of a query that its local filters leave.
type filtered struct {
	*docstore.DocumentIterator
	local      Local
	further    [][]string // what was read for the filters alone
	skip, left int        // left is negative without a limit
	done       bool
}

func newFiltered(it *docstore.DocumentIterator, l Local, q *driver.Query) *filtered {
	f := &filtered{DocumentIterator: it, local: l, skip: max(q.Offset, 0), left: -1}
	if q.Limit > 0 {
		f.left = q.Limit
	}
	if len(q.FieldPaths) > 0 {
		f.further = l.further(q.FieldPaths)
	}
	return f
}

// Next implements driver.DocumentIterator. Items are read into documents of their own: what one that is passed over has must not stay in the
// caller's.
func (f *filtered) Next(ctx context.Context, doc driver.Document) error {
	for !f.done && f.left != 0 {
		item := empty(doc.Origin)
		if err := f.DocumentIterator.Next(ctx, item); err != nil {
			return err
		}
		read, err := driver.NewDocument(item)
		if err != nil {
			return err
		}
		if !f.matches(read) {
			f.done = f.local.Ends
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.left > 0 {
			f.left--
		}
		f.fill(doc.Origin, item)
		return nil
	}
	f.Stop()
	return io.EOF
}

func (f *filtered) matches(doc driver.Document) bool {
	return !slices.ContainsFunc(f.local.Filters, func(x driver.Filter) bool {
		value, err := doc.Get(x.FieldPath)
		return err != nil || !matches(value, x)
	})
}

// empty returns a document of the kind of another, which is a map or a pointer to a struct.
func empty(doc any) any {
	m, ok := doc.(map[string]any)
	if !ok {
		return reflect.New(reflect.TypeOf(doc).Elem()).Interface()
	}
	item := map[string]any{}
	if _, wanted := m[docstore.DefaultRevisionField]; wanted {
		item[docstore.DefaultRevisionField] = nil
	}
	return item
}

func (f *filtered) fill(doc, item any) {
	m, ok := doc.(map[string]any)
	if !ok {
		reflect.ValueOf(doc).Elem().Set(reflect.ValueOf(item).Elem())
		return
	}
	read := item.(map[string]any) //nolint:forcetypeassert // empty made it as doc is
	for _, path := range f.further {
		delete(read, path[0])
	}
	maps.Copy(m, read)
}

// matches tells whether a filter holds of a value. Values of different types do not compare.
func matches(value any, f driver.Filter) bool {
	if f.Op == "in" || f.Op == "not-in" {
		list := reflect.ValueOf(f.Value)
		for i := range list.Len() {
			if n, ok := compare(value, list.Index(i).Interface()); ok && n == 0 {
				return f.Op == "in"
			}
		}
		return f.Op == "not-in"
	}
	n, ok := compare(value, f.Value)
	switch f.Op {
	case driver.EqualOp:
		return ok && n == 0
	case ">":
		return ok && n > 0
	case ">=":
		return ok && n >= 0
	case "<":
		return ok && n < 0
	case "<=":
		return ok && n <= 0
	}
	return false
}

// compare compares two values, if they can be. Those that have no order are equal or not.
func compare(x, y any) (int, bool) {
	if a, ok := x.(time.Time); ok {
		b, ok := y.(time.Time)
		return a.Compare(b), ok
	}
	a, b := reflect.Indirect(reflect.ValueOf(x)), reflect.Indirect(reflect.ValueOf(y))
	if !a.IsValid() || !b.IsValid() {
		return 0, !a.IsValid() && !b.IsValid()
	}
	if a.Kind() == reflect.String && b.Kind() == reflect.String {
		return strings.Compare(a.String(), b.String()), true
	}
	if n, err := driver.CompareNumbers(a, b); err == nil {
		return n, true
	}
	if p, ok := x.([]byte); ok {
		q, ok := y.([]byte)
		return bytes.Compare(p, q), ok
	}
	return 0, reflect.DeepEqual(a.Interface(), b.Interface())
}
