package gcpdrivers

import (
	"context"
	"slices"
	"strings"
	"sync"

	firestore "cloud.google.com/go/firestore/apiv1"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/docstore/gcpfirestore"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/internal/itemkey"
)

// connection is the one that all tables share.
var connection struct {
	sync.Mutex
	client *firestore.Client
}

// dial connects to Firestore, once.
func dial(ctx context.Context, s Settings) (*firestore.Client, error) {
	connection.Lock()
	defer connection.Unlock()
	if connection.client != nil {
		return connection.client, nil
	}
	client, closer, err := gcpfirestore.Dial(context.WithoutCancel(ctx), s.Tokens)
	if err != nil {
		return nil, err
	}
	connection.client = client
	app.AtShutdown(closer)
	return client, nil
}

// OpenTable opens a collection of Firestore by its name: projects/P/databases/D/documents/C. A document's name is made of the item's
// key, all of whose attributes stand in the document as well. As gives a *firestore.Client.
func OpenTable(ctx context.Context, s Settings, name string, key []string) (*docstore.Collection, error) {
	client, err := dial(ctx, s)
	if err != nil {
		return nil, err
	}
	nameOf := func(item docstore.Document) string {
		doc, err := driver.NewDocument(item)
		if err != nil {
			return ""
		}
		texts, err := itemkey.Of(doc, key)
		if err != nil {
			return ""
		}
		return itemkey.Name(texts)
	}
	return gcpfirestore.OpenCollectionWithNameFunc(client, name, nameOf, &gcpfirestore.Options{AllowLocalFilters: true})
}

// Local is what Firestore does not look at without an index of more than two attributes: beside one that is compared, or that items are in
// the order of, all but the first attribute of their index. And of lists, of which one query has 30 values in all, each but the first.
// https://cloud.google.com/firestore/docs/query-data/index-overview#composite_indexes
// https://cloud.google.com/firestore/docs/query-data/queries#limits_on_or_queries
func Local(q *driver.Query, keys [][]string) resource.Local {
	var local resource.Local
	compared, first, listed := comparedBy(q), "", false
	if compared != "" {
		first = firstOf(q, keys, compared)
	}
	for _, f := range q.Filters {
		name := strings.Join(f.FieldPath, ".")
		switch isList := f.Op == "in"; {
		case compared != "" && name != compared && (name != first || f.Op != driver.EqualOp), isList && listed, compared != "" && isList:
			local.Filters = append(local.Filters, f)
		case isList:
			listed = true
		}
	}
	return local
}

// comparedBy is the attribute that a query compares with other than = and in, or that it orders by.
func comparedBy(q *driver.Query) string {
	for _, f := range q.Filters {
		if f.Op != driver.EqualOp && f.Op != "in" {
			return strings.Join(f.FieldPath, ".")
		}
	}
	return q.OrderByField
}

// firstOf is the first attribute of an index with another one, for which the query asks.
func firstOf(q *driver.Query, keys [][]string, second string) string {
	for _, key := range keys {
		if len(key) == 2 && key[1] == second && slices.ContainsFunc(q.Filters, func(f driver.Filter) bool {
			return f.Op == driver.EqualOp && driver.FieldPathEqualsField(f.FieldPath, key[0])
		}) {
			return key[0]
		}
	}
	return ""
}
