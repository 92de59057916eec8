package clienttest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

func (s *suite) sorted(t *testing.T) {
	ctx := s.all()
	visits, err := resource.Table(ctx, "visits")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC).Unix()
	for i := range 5 {
		for _, who := range []string{"ada", "bob"} {
			if err := visits.Put(ctx, &visit{User: who, At: start + int64(i), Page: fmt.Sprintf("%s-%d", who, i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	one := &visit{User: "bob", At: start + 2}
	if err := visits.Get(ctx, one); err != nil || one.Page != "bob-2" {
		t.Errorf("the visit is %+v (%v)", one, err)
	}
	found := func(q *docstore.Query) []string {
		t.Helper()
		var got []string
		it := q.Get(ctx)
		defer it.Stop()
		for {
			var v visit
			err := it.Next(ctx, &v)
			if errors.Is(err, io.EOF) {
				return got
			}
			if err != nil {
				t.Errorf("after %q: %v", got, err)
				return got
			}
			got = append(got, v.Page)
		}
	}
	ada := func() *docstore.Query { return visits.Query().Where("user", "=", "ada") }
	some := []string{"ada-1", "ada-3", "ada-4", "bob-2"}
	for name, c := range map[string]struct {
		query *docstore.Query
		want  []string
	}{
		"from one on, backwards":   {ada().Where("at", ">=", start+1).OrderBy("at", docstore.Descending), []string{"ada-4", "ada-3", "ada-2", "ada-1"}},
		"a range":                  {ada().Where("at", ">", start).Where("at", "<=", start+2), []string{"ada-1", "ada-2"}},
		"a range, backwards":       {ada().Where("at", ">=", start+1).Where("at", "<", start+4).OrderBy("at", docstore.Descending), []string{"ada-3", "ada-2", "ada-1"}},
		"the last of a range":      {ada().Where("at", ">=", start+1).Where("at", "<", start+4).OrderBy("at", docstore.Descending).Limit(1), []string{"ada-3"}},
		"the second of a range":    {ada().Where("at", ">=", start+1).Where("at", "<", start+4).OrderBy("at", docstore.Ascending).Offset(1).Limit(1), []string{"ada-2"}},
		"some times":               {ada().Where("at", "in", []int64{start + 1, start + 3, start + 9}), []string{"ada-1", "ada-3"}},
		"other times":              {ada().Where("at", "not-in", []int64{start + 1, start + 3}), []string{"ada-0", "ada-2", "ada-4"}},
		"some in a range":          {ada().Where("page", "in", some).Where("at", ">", start+1), []string{"ada-3", "ada-4"}},
		"some, backwards":          {ada().Where("page", "in", some).Where("at", ">=", start).OrderBy("at", docstore.Descending).Limit(2), []string{"ada-4", "ada-3"}},
		"behind the first of some": {ada().Where("page", "in", some).Where("at", ">=", start).OrderBy("at", docstore.Ascending).Offset(1), []string{"ada-3", "ada-4"}},
		"one of a range":           {ada().Where("page", "=", "ada-2").Where("at", ">=", start).Where("at", "<", start+4).Limit(1), []string{"ada-2"}},
		"one that is not in it":    {ada().Where("page", "=", "ada-4").Where("at", ">=", start).Where("at", "<", start+4), nil},
		"some of some":             {visits.Query().Where("page", "in", some).Where("user", "in", []string{"bob", "nobody"}), []string{"bob-2"}},
	} {
		got := found(c.query)
		if !strings.Contains(name, "backwards") { // in which order others come in is not said
			slices.Sort(got)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the visits are %q, want %q", name, got, c.want)
		}
	}
	it := ada().Where("page", "in", some).Where("at", ">", start+1).Get(ctx, "user")
	defer it.Stop()
	got := map[string]any{}
	if err := it.Next(ctx, got); err != nil || got["user"] != "ada" || got["page"] != nil {
		t.Errorf("of the first one's user alone there is %v (%v)", got, err)
	}
	for name, q := range map[string]*docstore.Query{
		"an order of some users":    visits.Query().Where("user", "in", some).Where("at", ">", start).OrderBy("at", docstore.Ascending),
		"a range of some users":     visits.Query().Where("user", "in", some).Where("at", ">", start),
		"one time, and before":      ada().Where("at", "=", start+1).Where("at", "<", start+3),
		"one time, in order":        ada().Where("at", "=", start+1).OrderBy("at", docstore.Ascending),
		"of no times":               ada().Where("at", "in", []int64{}),
		"of more times than thirty": ada().Where("at", "in", make([]int64, 31)),
	} {
		if err := q.Get(ctx).Next(ctx, &visit{}); gcerrors.Code(err) != gcerrors.InvalidArgument || !errors.Is(err, resource.ErrInvalidQuery) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
