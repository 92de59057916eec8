package gcpdrivers

import (
	"context"
	"sync"

	firestore "cloud.google.com/go/firestore/apiv1"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/docstore/gcpfirestore"

	"github.com/isobar-dev/isobar/runtime/app"
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
