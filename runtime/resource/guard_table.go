package resource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// guardedTable does with a table what a function may do with it, and nothing else.
type guardedTable struct {
	base  *docstore.Collection
	table *app.Resource
	local func(q *driver.Query, keys [][]string) Local // nil for nothing
	grant
}

// errNoKey: no cloud makes up keys, as some cannot.
type errNoKey struct{ attribute string }

func (e errNoKey) Error() string {
	return fmt.Sprintf("the item has no %q, which is part of the table's key", e.attribute)
}

// errNotAtomic: within what bounds writes can be atomic is another thing on each cloud.
var errNotAtomic = rest.Coded(gcerrors.Unimplemented, errors.New("atomic writes are not the same on every cloud: use a revision, or the cloud's own client, which As gives"))

// Key implements driver.Collection.
func (t guardedTable) Key(doc driver.Document) (any, error) {
	var key [2]any
	for i, attribute := range t.table.Key {
		value, err := doc.GetField(attribute)
		if err != nil || value == nil || value == "" || !reflect.TypeOf(value).Comparable() {
			return nil, errNoKey{attribute}
		}
		key[i] = value
	}
	return key, nil
}

// RevisionField is docstore's default.
func (t guardedTable) RevisionField() string { return "" }

func (t guardedTable) RunActions(ctx context.Context, actions []*driver.Action, o *driver.RunActionsOptions) driver.ActionListError {
	list := t.base.Actions()
	for _, a := range actions {
		verb := VerbWrite
		if a.Kind == driver.Get {
			verb = VerbRead
		}
		if err := t.may(verb); err != nil {
			return driver.ActionListError{{Index: a.Index, Err: err}}
		}
		if a.InAtomicWrite {
			return driver.ActionListError{{Index: a.Index, Err: errNotAtomic}}
		}
		if err := t.checkItem(a); err != nil {
			return driver.ActionListError{{Index: a.Index, Err: err}}
		}
		if a.Kind == driver.Get {
			forget(a.Doc.Origin)
		}
		add(list, a)
	}
	if o.BeforeDo != nil {
		list.BeforeDo(o.BeforeDo)
	}
	err := list.Do(ctx)
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[docstore.ActionListError](err)
	if !ok {
		return driver.ActionListError{{Index: actions[0].Index, Err: err}}
	}
	var errs driver.ActionListError
	for _, f := range failed {
		at, err := actions[0].Index, f.Err
		if f.Index >= 0 && f.Index < len(actions) {
			at, err = actions[f.Index].Index, t.same(actions[f.Index], err)
		}
		errs = append(errs, struct {
			Index int
			Err   error
		}{at, err})
	}
	return errs
}

// forget clears the revision of an item that is about to be read: not every driver can put another one over it.
func forget(item any) {
	if m, ok := item.(map[string]any); ok {
		if _, wanted := m[docstore.DefaultRevisionField]; wanted {
			m[docstore.DefaultRevisionField] = nil
		}
		return
	}
	v := reflect.Indirect(reflect.ValueOf(item))
	if v.Kind() != reflect.Struct {
		return
	}
	if f := v.FieldByName(docstore.DefaultRevisionField); f.IsValid() && f.CanSet() && f.Kind() == reflect.Interface {
		f.SetZero()
	}
}

// same makes an error the same on every cloud: some do not tell what is not there from what is another than it was.
func (t guardedTable) same(a *driver.Action, err error) error {
	if gcerrors.Code(err) != gcerrors.FailedPrecondition || a.Kind != driver.Replace && a.Kind != driver.Update {
		return err
	}
	if revision, revErr := a.Doc.GetField(docstore.DefaultRevisionField); revErr == nil && revision != nil {
		return err
	}
	return rest.Coded(gcerrors.NotFound, err)
}

// add adds an action to those of the table itself.
func add(list *docstore.ActionList, a *driver.Action) {
	switch doc := a.Doc.Origin; a.Kind {
	case driver.Create:
		list.Create(doc)
	case driver.Replace:
		list.Replace(doc)
	case driver.Put:
		list.Put(doc)
	case driver.Delete:
		list.Delete(doc)
	case driver.Get:
		list.Get(doc, paths(a.FieldPaths)...)
	case driver.Update:
		mods := docstore.Mods{}
		for _, m := range a.Mods {
			value := m.Value
			if inc, ok := value.(driver.IncOp); ok {
				value = docstore.Increment(inc.Amount)
			}
			mods[path(m.FieldPath)] = value
		}
		list.Update(doc, mods)
	}
}

func path(fields []string) docstore.FieldPath { return docstore.FieldPath(strings.Join(fields, ".")) }

func paths(all [][]string) []docstore.FieldPath {
	var out []docstore.FieldPath
	for _, p := range all {
		out = append(out, path(p))
	}
	return out
}

func (t guardedTable) query(q *driver.Query) *docstore.Query {
	query := t.base.Query()
	for _, f := range q.Filters {
		query = query.Where(path(f.FieldPath), f.Op, f.Value)
	}
	if q.OrderByField != "" {
		direction := docstore.Descending
		if q.OrderAscending {
			direction = docstore.Ascending
		}
		query = query.OrderBy(q.OrderByField, direction)
	}
	if q.Offset > 0 {
		query = query.Offset(q.Offset)
	}
	if q.Limit > 0 {
		query = query.Limit(q.Limit)
	}
	if q.BeforeQuery != nil {
		query = query.BeforeQuery(q.BeforeQuery)
	}
	return query
}

func (t guardedTable) RunGetQuery(ctx context.Context, q *driver.Query) (driver.DocumentIterator, error) {
	if err := cmp.Or(t.may(VerbRead), t.check(q)); err != nil {
		return nil, err
	}
	local := t.here(q)
	if len(local.Filters) == 0 {
		return iterator{t.query(q).Get(ctx, paths(q.FieldPaths)...)}, nil
	}
	sent := local.split(q)
	return newFiltered(t.query(sent).Get(ctx, paths(sent.FieldPaths)...), local, q), nil
}

// here is what of a query its cloud does not do.
func (t guardedTable) here(q *driver.Query) Local {
	if t.local == nil {
		return Local{}
	}
	return t.local(q, t.keys())
}

type iterator struct{ *docstore.DocumentIterator }

func (i iterator) Next(ctx context.Context, doc driver.Document) error {
	return i.DocumentIterator.Next(ctx, doc.Origin)
}

func (t guardedTable) QueryPlan(q *driver.Query) (string, error) {
	sent := q
	if local := t.here(q); len(local.Filters) > 0 {
		sent = local.split(q)
	}
	return t.query(sent).Plan(paths(sent.FieldPaths)...)
}

func (t guardedTable) RevisionToBytes(revision any) ([]byte, error) {
	text, err := t.base.RevisionToString(revision)
	return []byte(text), err
}

func (t guardedTable) BytesToRevision(data []byte) (any, error) {
	return t.base.StringToRevision(string(data))
}

func (t guardedTable) As(i any) bool { return t.base.As(i) }

func (t guardedTable) ErrorAs(err error, i any) bool { return t.base.ErrorAs(err, i) }

func (t guardedTable) ErrorCode(err error) gcerrors.ErrorCode {
	if c, ok := code(err); ok {
		return c
	}
	if _, ok := errors.AsType[errNoKey](err); ok {
		return gcerrors.InvalidArgument
	}
	return rest.Code(err)
}

// Close leaves the table open, which others use too.
func (t guardedTable) Close() error { return nil }
