package clienttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

func contextWithCancel(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

// user is an item of the table users.
type user struct {
	ID      string            `docstore:"id"`
	Email   string            `docstore:"email,omitempty"`
	Age     int               `docstore:"age"`
	Score   float64           `docstore:"score"`
	Admin   bool              `docstore:"admin"`
	Picture []byte            `docstore:"picture"`
	Tags    []string          `docstore:"tags"`
	Address map[string]string `docstore:"address"`

	DocstoreRevision any
}

// visit is an item of the table visits.
type visit struct {
	User string `docstore:"user"`
	At   int64  `docstore:"at"`
	Page string `docstore:"page"`
}

// ids are keys that a careless driver gets wrong.
var ids = []string{"ada", "a/b", "50%", "x?y#z", "grüße ✓", ".", "__x__", "a,b", "a=2Cb"}

// numbers are such as a client can send, and no key: written out they would have ten million digits, which takes minutes.
var numbers = []json.Number{"1e10000000", "-1e10000000", "1e-10000000", "1e99999999999999999999", "x"}

func (s *suite) table() {
	users, err := resource.Table(s.all(), "users")
	if err != nil {
		s.Fatal(err)
	}
	ctx := s.all()
	s.run("numbers that are no keys", func(t *testing.T) {
		visits, err := resource.Table(ctx, "visits")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range numbers {
			if err := visits.Put(ctx, map[string]any{"user": "ada", "at": n}); gcerrors.Code(err) != gcerrors.InvalidArgument {
				t.Errorf("%s: %v", n, err)
			}
		}
	})
	s.run("items are what was put", func(t *testing.T) {
		for i, id := range ids {
			in := &user{
				ID: id, Email: fmt.Sprintf("%d@example.com", i), Age: i, Score: 0.5 + float64(i), Admin: i%2 == 0, Picture: []byte{0, 0xff, byte(i)},
				Tags: []string{"x", id}, Address: map[string]string{"city": "Köln"},
			}
			if err := users.Put(ctx, in); err != nil {
				t.Fatalf("%q: %v", id, err)
			}
			out := &user{ID: id}
			if err := users.Get(ctx, out); err != nil {
				t.Fatalf("%q: %v", id, err)
			}
			if out.ID != id || out.Email != in.Email || out.Age != i || out.Score != in.Score || out.Admin != in.Admin ||
				string(out.Picture) != string(in.Picture) || !slices.Equal(out.Tags, in.Tags) || out.Address["city"] != "Köln" || out.DocstoreRevision == nil {
				t.Errorf("%q came back as %+v", id, out)
			}
		}
	})
	s.run("items without a type of their own", func(t *testing.T) {
		if err := users.Put(ctx, map[string]any{"id": "map", "n": 7, "deep": map[string]any{"x": []any{"y"}}}); err != nil {
			t.Fatal(err)
		}
		out := map[string]any{"id": "map"}
		if err := users.Get(ctx, out); err != nil || fmt.Sprint(out["n"]) != "7" || fmt.Sprint(out["deep"]) != "map[x:[y]]" {
			t.Errorf("it came back as %v (%v)", out, err)
		}
		if err := users.Delete(ctx, map[string]any{"id": "map"}); err != nil {
			t.Error(err)
		}
	})
	s.run("an item is created once", func(t *testing.T) {
		if err := users.Create(ctx, &user{ID: "new", Address: map[string]string{"city": "Köln"}}); err != nil {
			t.Fatal(err)
		}
		if err := users.Create(ctx, &user{ID: "new"}); gcerrors.Code(err) != gcerrors.AlreadyExists {
			t.Errorf("creating it again: %v", err)
		}
		if err := users.Replace(ctx, &user{ID: "absent"}); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("replacing what is not there: %v", err)
		}
	})
	s.run("an item is created once by many at the same time", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		created := 0
		for range 8 {
			wg.Go(func() {
				err := users.Create(ctx, &user{ID: "race"})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					created++
				} else if gcerrors.Code(err) != gcerrors.AlreadyExists {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if created != 1 {
			t.Errorf("it was created %d times", created)
		}
	})
	s.run("an item that was changed meanwhile is left alone", func(t *testing.T) {
		mine, theirs := &user{ID: "new"}, &user{ID: "new"}
		if err := errors.Join(users.Get(ctx, mine), users.Get(ctx, theirs)); err != nil {
			t.Fatal(err)
		}
		theirs.Email = "theirs"
		if err := users.Replace(ctx, theirs); err != nil {
			t.Fatal(err)
		}
		mine.Email = "mine"
		if err := users.Replace(ctx, mine); gcerrors.Code(err) != gcerrors.FailedPrecondition {
			t.Errorf("replacing it: %v", err)
		}
		if err := users.Delete(ctx, mine); gcerrors.Code(err) != gcerrors.FailedPrecondition {
			t.Errorf("deleting it: %v", err)
		}
		theirs.Email = "theirs again"
		if err := users.Replace(ctx, theirs); err != nil {
			t.Errorf("replacing it once more: %v", err)
		}
	})
	s.run("attributes are changed", func(t *testing.T) {
		u := &user{ID: "new"}
		if err := users.Update(ctx, u, docstore.Mods{"email": "updated", "age": docstore.Increment(2), "admin": nil, "address.city": "Bonn"}); err != nil {
			t.Fatal(err)
		}
		if err := users.Get(ctx, u); err != nil || u.Email != "updated" || u.Age != 2 || u.Address["city"] != "Bonn" {
			t.Errorf("the item is %+v (%v)", u, err)
		}
		if err := users.Update(ctx, &user{ID: "absent"}, docstore.Mods{"email": "x"}); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("changing what is not there: %v", err)
		}
	})
	s.run("some attributes are read", func(t *testing.T) {
		u := &user{ID: "ada"}
		if err := users.Get(ctx, u, "email"); err != nil || u.Email != "0@example.com" || u.Tags != nil {
			t.Errorf("the item is %+v (%v)", u, err)
		}
	})
	s.run("several at once", func(t *testing.T) {
		list := users.Actions()
		for i := range 12 {
			list.Put(&user{ID: fmt.Sprintf("many-%02d", i), Age: i, Email: "many"})
		}
		if err := list.Do(ctx); err != nil {
			t.Fatal(err)
		}
		got := []*user{{ID: "many-00"}, {ID: "many-11"}, {ID: "absent"}}
		list = users.Actions()
		for _, u := range got {
			list.Get(u)
		}
		failed, ok := errors.AsType[docstore.ActionListError](list.Do(ctx))
		if !ok || len(failed) != 1 || failed[0].Index != 2 || gcerrors.Code(failed[0].Err) != gcerrors.NotFound || got[1].Age != 11 {
			t.Errorf("got %+v %+v: %v", got[0], got[1], failed)
		}
	})
	s.run("items are found", func(t *testing.T) {
		found := func(q *docstore.Query) []string {
			t.Helper()
			var got []string
			it := q.Get(ctx)
			defer it.Stop()
			for {
				var u user
				err := it.Next(ctx, &u)
				if errors.Is(err, io.EOF) {
					slices.Sort(got)
					return got
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, u.ID)
			}
		}
		if got := found(users.Query().Where("email", "=", "many")); len(got) != 12 || got[0] != "many-00" {
			t.Errorf("by their email: %q", got)
		}
		if got := found(users.Query().Where("email", "=", "many").Where("age", ">", 8)); !slices.Equal(got, []string{"many-09", "many-10", "many-11"}) {
			t.Errorf("the old ones: %q", got)
		}
		if got := found(users.Query().Where("id", "=", "a/b")); !slices.Equal(got, []string{"a/b"}) {
			t.Errorf("by the key: %q", got)
		}
		if got := found(users.Query().Where("email", "=", "many").Limit(5)); len(got) != 5 {
			t.Errorf("the first five: %q", got)
		}
		if got := found(users.Query().Where("email", "=", "nobody's")); len(got) != 0 {
			t.Errorf("nobody: %q", got)
		}
	})
	s.run("items are deleted", func(t *testing.T) {
		if err := users.Delete(ctx, &user{ID: "new"}); err != nil {
			t.Fatal(err)
		}
		if err := users.Get(ctx, &user{ID: "new"}); gcerrors.Code(err) != gcerrors.NotFound {
			t.Errorf("reading it: %v", err)
		}
		if err := users.Delete(ctx, &user{ID: "new"}); err != nil {
			t.Errorf("deleting it again: %v", err)
		}
	})
	s.run("items of an index in order", func(t *testing.T) {
		var got []int
		it := users.Query().Where("email", "=", "many").Where("age", ">", 8).OrderBy("age", docstore.Descending).Limit(2).Get(ctx)
		defer it.Stop()
		for {
			var u user
			err := it.Next(ctx, &u)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, u.Age)
		}
		if !slices.Equal(got, []int{11, 10}) {
			t.Errorf("the ages are %v", got)
		}
	})
	s.run("queries that need an index", func(t *testing.T) {
		for name, q := range map[string]*docstore.Query{
			"an order without a key":     users.Query().Where("age", ">", 8).OrderBy("age", docstore.Descending),
			"an order of another key":    users.Query().Where("id", "=", "ada").Where("age", ">", 8).OrderBy("age", docstore.Ascending),
			"a comparison beside a key":  users.Query().Where("email", "=", "many").Where("score", ">", 1),
			"comparisons of two at once": users.Query().Where("age", ">", 8).Where("score", ">", 1),
		} {
			if err := q.Get(ctx).Next(ctx, &user{}); gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidQuery) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	s.run("items that some cloud does not take", func(t *testing.T) {
		deep := any("x")
		for range 20 {
			deep = map[string]any{"x": deep}
		}
		long := strings.Repeat("x", 1024)
		for name, attributes := range map[string]map[string]any{
			"an integer that is rounded":    {"n": int64(1<<53 + 1)},
			"one without a sign":            {"n": uint64(1 << 63)},
			"no number":                     {"n": math.NaN()},
			"a number that is too large":    {"n": 1e126},
			"one that is too small":         {"deep": map[string]any{"n": 1e-131}},
			"a list in a list":              {"lists": [][]string{{"x"}}},
			"a deep one":                    {"deep": deep},
			"a name that is another's":      {"__x__": 1},
			"no name":                       {"deep": map[string]any{"": 1}},
			"more than 400,000 bytes":       {"text": strings.Repeat("x", resource.MaxItem)},
			"an empty text in an index":     {"email": ""},
			"nothing in an index":           {"email": nil},
			"a time in an index":            {"age": time.Now()},
			"a long text in an index":       {"email": long + "x"},
			"a long key":                    {"id": long},
			"a key that is long, escaped":   {"id": strings.Repeat("ü", 171)},
			"a key that is neither of both": {"id": true},
		} {
			item := map[string]any{"id": "refused"}
			maps.Copy(item, attributes)
			if err := users.Put(ctx, item); gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidItem) {
				t.Errorf("%s: %v", name, err)
			}
			delete(attributes, "id")
			for attribute, value := range attributes {
				if text, ok := value.(string); value == nil || attribute == "text" || ok && text == "" && attribute != "email" {
					continue
				}
				err := users.Update(ctx, &user{ID: "ada"}, docstore.Mods{docstore.FieldPath(attribute): value})
				if gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidItem) {
					t.Errorf("%s, changed: %v", name, err)
				}
			}
		}
		key := strings.Repeat("x", 1023)
		large := map[string]any{
			"id": key, "n": int64(1 << 53), "m": -int64(1 << 53), "f": 9.9e125, "small": 1e-130, "text": strings.Repeat("x", resource.MaxItem-2000),
			"lists": []any{map[string]any{"x": []any{"y"}}}, "none": nil, "nothing": []any{}, "bare": map[string]any{},
			"reserved": 1, "size": 2, "_": 3, "a-b c": 4,
		}
		if err := users.Put(ctx, large); err != nil {
			t.Fatal(err)
		}
		got := map[string]any{"id": key}
		if err := users.Get(ctx, got); err != nil {
			t.Fatal(err)
		}
		for name, want := range large {
			value, ok := got[name]
			if fmt.Sprint(value) != fmt.Sprint(want) || !ok {
				t.Errorf("%s is %.50v of type %T, want %.50v", name, value, value, want)
			}
		}
		if err := users.Delete(ctx, map[string]any{"id": key}); err != nil {
			t.Error(err)
		}
	})
	s.run("writes are not atomic", func(t *testing.T) {
		list := users.Actions().AtomicWrites().Put(&user{ID: "x"})
		if err := list.Do(ctx); !strings.Contains(fmt.Sprint(err), "atomic") {
			t.Errorf("got %v", err)
		}
	})
	s.run("no key is made up", func(t *testing.T) {
		if err := users.Create(ctx, &user{Email: "x"}); gcerrors.Code(err) != gcerrors.InvalidArgument {
			t.Errorf("creating an item without a key: %v", err)
		}
	})
	s.run("a table with two keys", func(t *testing.T) { s.sorted(t) })
}
