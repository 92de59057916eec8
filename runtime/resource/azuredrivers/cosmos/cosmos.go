package cosmos

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/itemkey"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// OpenCollection opens a container as a collection of documents, whose key is made of one or two attributes.
func OpenCollection(o Options, key []string) (*docstore.Collection, error) {
	c, err := newCollection(o, key)
	if err != nil {
		return nil, err
	}
	return docstore.NewCollection(c), nil
}

func newCollection(o Options, key []string) (*collection, error) {
	if len(key) < 1 || len(key) > 2 {
		return nil, fmt.Errorf("a key has one attribute or two, not %d", len(key))
	}
	if o.RevisionField == "" {
		o.RevisionField = docstore.DefaultRevisionField
	}
	c, err := newClient(o)
	if err != nil {
		return nil, err
	}
	return &collection{c, o, key}, nil
}

type collection struct {
	client  *client
	options Options
	key     []string
}

// address is how a document is found.
type address struct{ id, partition string }

func (a address) path() string { return "/" + rest.EscapePath(a.id, "") }

// address returns that of an item: its last key attribute names it in the partition that the first one is.
func (c *collection) address(doc driver.Document) (address, error) {
	texts, err := itemkey.Of(doc, c.key)
	if err != nil {
		return address{}, err
	}
	return address{itemkey.Escape(texts[len(texts)-1]), texts[0]}, nil
}

func (c *collection) Key(doc driver.Document) (any, error) {
	a, err := c.address(doc)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // by the driver's interface, a key that is missing is no error
	}
	return a, nil
}

func (c *collection) RevisionField() string { return c.options.RevisionField }

// RunActions implements driver.Collection. Each action is a request; those that may be made at the same time are.
func (c *collection) RunActions(ctx context.Context, actions []*driver.Action, o *driver.RunActionsOptions) driver.ActionListError {
	errs := make([]error, len(actions))
	before, gets, writes, atomic, after := driver.GroupActions(actions)
	for _, a := range atomic {
		errs[a.Index] = errNotAtomic
	}
	for _, group := range [][]*driver.Action{before, append(gets, writes...), after} {
		throttle := driver.NewThrottle(concurrency)
		for _, a := range group {
			if err := c.beforeDo(o); err != nil {
				errs[a.Index] = err
				continue
			}
			throttle.Acquire()
			go func() {
				defer throttle.Release()
				errs[a.Index] = c.run(ctx, a)
			}()
		}
		throttle.Wait()
	}
	return driver.NewActionListError(errs)
}

// concurrency is how many requests of one list of actions are under way at most.
const concurrency = 16

var errNotAtomic = rest.Coded(gcerrors.Unimplemented, errors.New("actions are not atomic on Cosmos DB"))

func (c *collection) beforeDo(o *driver.RunActionsOptions) error {
	if o.BeforeDo == nil {
		return nil
	}
	return o.BeforeDo(func(any) bool { return false })
}

func (c *collection) run(ctx context.Context, a *driver.Action) error {
	at, err := c.addressOf(a)
	if err != nil {
		return err
	}
	switch a.Kind {
	case driver.Get:
		return c.get(ctx, at, a)
	case driver.Delete:
		return c.delete(ctx, at, a)
	case driver.Update:
		return c.update(ctx, at, a)
	case driver.Create, driver.Replace, driver.Put:
		item, err := c.encodeItem(a.Doc)
		if err != nil {
			return err
		}
		return c.write(ctx, at, a, item, c.revision(a.Doc))
	}
	return rest.Coded(gcerrors.Internal, fmt.Errorf("unknown action %v", a.Kind))
}

func (c *collection) addressOf(a *driver.Action) (address, error) {
	if a.Kind == driver.Create && a.Key == nil && len(c.key) == 1 {
		if err := a.Doc.SetField(c.key[0], rand.Text()); err != nil {
			return address{}, err
		}
	}
	at, err := c.address(a.Doc)
	if err != nil {
		return at, rest.Coded(gcerrors.InvalidArgument, err)
	}
	return at, nil
}

// revision is the ETag that an item came with; empty when it has none.
func (c *collection) revision(doc driver.Document) string {
	value, err := doc.GetField(c.options.RevisionField)
	if err != nil {
		return ""
	}
	etag, _ := value.(string)
	return etag
}

func (c *collection) read(ctx context.Context, at address) (*document, error) {
	body, _, err := c.client.call(ctx, http.MethodGet, at.path(), &at.partition, nil, nil)
	if err != nil {
		return nil, err
	}
	return parse(body)
}

func (c *collection) get(ctx context.Context, at address, a *driver.Action) error {
	d, err := c.read(ctx, at)
	if err != nil {
		return err
	}
	return c.decodeItem(d, a.Doc, a.FieldPaths)
}

// write creates, replaces or puts an item.
func (c *collection) write(ctx context.Context, at address, a *driver.Action, item map[string]any, etag string) error {
	revised := a.Doc.HasField(c.options.RevisionField)
	mine := rand.Text()
	body, err := (&document{ID: at.id, PK: at.partition, Item: item, Revised: revised, Write: mine}).marshal()
	if err != nil {
		return rest.Coded(gcerrors.InvalidArgument, err)
	}
	h := http.Header{"Content-Type": {"application/json"}}
	method, path := http.MethodPost, ""
	switch a.Kind {
	case driver.Put:
		h.Set("X-Ms-Documentdb-Is-Upsert", "True")
	case driver.Replace, driver.Update:
		method, path = http.MethodPut, at.path()
		if etag != "" {
			h.Set("If-Match", etag)
		}
	default:
	}
	answer, _, err := c.client.call(ctx, method, path, &at.partition, h, body)
	var d *document
	switch {
	case err == nil:
		d, err = parse(answer)
	case rest.Before(err, http.StatusConflict), rest.Before(err, http.StatusPreconditionFailed):
		if found, readErr := c.read(ctx, at); readErr == nil && found.Write == mine {
			d, err = found, nil
		}
	}
	if err != nil || !revised {
		return err
	}
	return a.Doc.SetField(c.options.RevisionField, d.ETag)
}

// delete deletes an item. One that is not there is deleted, unless a certain revision of it was meant.
func (c *collection) delete(ctx context.Context, at address, a *driver.Action) error {
	h, etag := http.Header{}, c.revision(a.Doc)
	if etag != "" {
		h.Set("If-Match", etag)
	}
	_, _, err := c.client.call(ctx, http.MethodDelete, at.path(), &at.partition, h, nil)
	if gcerrors.NotFound == rest.Code(err) && err != nil {
		switch {
		case etag != "" && rest.Before(err, http.StatusNotFound):
			return rest.Coded(gcerrors.Unknown, fmt.Errorf("the item is gone, and an answer was lost: this call has deleted it, or another one: %w", err))
		case etag != "":
			return rest.Coded(gcerrors.FailedPrecondition, err)
		}
		return nil
	}
	return err
}

// updateTries is how often an update is tried whose item others change at the same time.
const updateTries = 10

// update changes attributes: the item is read, changed, and replaced if it still is what was read. (A patch takes ten changes at most,
// and fails on what is not there.)
func (c *collection) update(ctx context.Context, at address, a *driver.Action) error {
	want := c.revision(a.Doc)
	for try := 1; ; try++ {
		d, err := c.read(ctx, at)
		if err != nil {
			return err
		}
		if want != "" && d.ETag != want {
			return rest.Coded(gcerrors.FailedPrecondition, errors.New("the item has been changed"))
		}
		for _, m := range a.Mods {
			if err := modify(d.Item, m); err != nil {
				return err
			}
		}
		err = c.write(ctx, at, a, d.Item, d.ETag)
		if err == nil || want != "" || try == updateTries || rest.Code(err) != gcerrors.FailedPrecondition {
			return err
		}
	}
}

func (c *collection) RevisionToBytes(revision any) ([]byte, error) {
	etag, ok := revision.(string)
	if !ok {
		return nil, rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("a revision is a string, not a %T", revision))
	}
	return []byte(etag), nil
}

func (c *collection) BytesToRevision(b []byte) (any, error) { return string(b), nil }

// As gives access to the credential, with which other clients sign in.
func (c *collection) As(i any) bool {
	target, ok := i.(*azcore.TokenCredential)
	if ok {
		*target = c.options.Credential
	}
	return ok
}

func (c *collection) ErrorAs(err error, i any) bool { return rest.ErrorAs(err, i) }

func (c *collection) ErrorCode(err error) gcerrors.ErrorCode { return rest.Code(err) }

func (c *collection) Close() error { return nil }
