package resource_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/resource"
)

var shop = app.App{Name: "shop", Resources: []app.Resource{
	{Kind: "bucket", Name: "user-uploads"}, {Kind: "table", Name: "users", Key: []string{"id"}}, {Kind: "secret", Name: "pin"},
}}

// call is the context of a call of a function that may do everything with the shop's resources.
func call(t *testing.T, c *resource.Clients) context.Context {
	t.Helper()
	return c.Within(app.WithGranted(t.Context(), app.Granted{Function: "f", Access: []string{"user-uploads:read", "user-uploads:write", "users:read", "pin:read"}}))
}

func TestAClientIsOpenedOnceWhenItIsAskedFor(t *testing.T) {
	var opened atomic.Int32
	var id string
	c := resource.NewClients(shop, resource.Drivers{Bucket: func(_ context.Context, physical string) (*blob.Bucket, error) {
		opened.Add(1)
		id = physical
		return memblob.OpenBucket(nil), nil
	}}, func(variable string) string { return "physical of " + variable })
	if opened.Load() != 0 {
		t.Error("it was opened before it was asked for")
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			b, err := resource.Bucket(call(t, c), "user-uploads")
			if err == nil {
				err = b.WriteAll(t.Context(), "x", []byte("x"), nil)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if opened.Load() != 1 || id != "physical of ISOBAR_BUCKET_USER_UPLOADS" {
		t.Errorf("it was opened %d times, as %q", opened.Load(), id)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestAClientThatDidNotOpenIsOpenedAgain(t *testing.T) {
	down := errors.New("down")
	c := resource.NewClients(shop, resource.Drivers{Bucket: func(context.Context, string) (*blob.Bucket, error) {
		if err := down; err != nil {
			down = nil
			return nil, err
		}
		return memblob.OpenBucket(nil), nil
	}}, func(variable string) string { return variable })
	defer func() { _ = c.Close() }()
	if _, err := resource.Bucket(call(t, c), "user-uploads"); err == nil || err.Error() != "bucket user-uploads: down" {
		t.Errorf("got %v", err)
	}
	if _, err := resource.Bucket(call(t, c), "user-uploads"); err != nil {
		t.Error(err)
	}
}

func TestASecretIsKept(t *testing.T) {
	reads := 0
	c := resource.NewClients(shop, resource.Drivers{SecretPrefix: "ISOBAR_VAULT_", Secret: func(_ context.Context, id string) (string, error) {
		reads++
		return "value of " + id, nil
	}}, func(variable string) string { return variable })
	for range 3 {
		if got, err := resource.Secret(call(t, c), "pin"); err != nil || got != "value of ISOBAR_VAULT_PIN" {
			t.Errorf("got %q (%v)", got, err)
		}
	}
	if reads != 1 {
		t.Errorf("it was read %d times", reads)
	}
}

// A vault that is away for a moment fails no call, one that says no does, and one that stays away does in the end.
func TestASecretWhoseVaultIsAway(t *testing.T) {
	away := &url.Error{Op: "Post", URL: "https://vault", Err: errors.New("connection refused")}
	synctest.Test(t, func(t *testing.T) {
		var failure error
		reads := 0
		c := resource.NewClients(shop, resource.Drivers{Secret: func(context.Context, string) (string, error) {
			reads++
			return fmt.Sprintf("value %d", reads), failure
		}}, func(variable string) string { return variable })
		read := func() (string, error) { return resource.Secret(call(t, c), "pin") }
		expect := func(when, want string, wantReads int) {
			t.Helper()
			if got, err := read(); err != nil || got != want || reads != wantReads {
				t.Errorf("%s: %q, read %d times (%v)", when, got, reads, err)
			}
		}
		failure = away
		if _, err := read(); !errors.Is(err, away) {
			t.Errorf("a value that there never was: %v", err)
		}
		failure = nil
		expect("at first", "value 2", 2)
		failure = away
		time.Sleep(resource.SecretKeep + time.Second)
		expect("away", "value 2", 3)
		expect("at once again", "value 2", 3)
		time.Sleep(time.Minute)
		expect("a minute later", "value 2", 4)
		failure = errors.New("the answer is 403")
		time.Sleep(time.Minute)
		if _, err := read(); !errors.Is(err, failure) {
			t.Errorf("refused: %v", err)
		}
		failure = nil
		expect("back", "value 6", 6)
		failure = away
		time.Sleep(resource.SecretStale + time.Second)
		if _, err := read(); !errors.Is(err, away) {
			t.Errorf("away for an hour: %v", err)
		}
	})
}

func TestASecretThatIsNoText(t *testing.T) {
	c := resource.NewClients(shop, resource.Drivers{Secret: func(context.Context, string) (string, error) { return "s3cret\xff", nil }}, func(variable string) string { return variable })
	if _, err := resource.Secret(call(t, c), "pin"); err == nil || !strings.Contains(err.Error(), "not text") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	nothing := resource.NewClients(shop, resource.Drivers{}, func(string) string { return "" })
	noDrivers := resource.NewClients(shop, resource.Drivers{}, func(string) string { return "x" })
	for want, do := range map[string]func() error{
		"ISOBAR_BUCKET_USER_UPLOADS is not set": func() error { _, err := resource.Bucket(call(t, nothing), "user-uploads"); return err },
		"links no driver for a table":           func() error { _, err := resource.Table(call(t, noDrivers), "users"); return err },
		"links no driver for a secret":          func() error { _, err := resource.Secret(call(t, noDrivers), "pin"); return err },
		"access: { users: [read, write] }": func() error {
			return (&resource.AccessError{Function: "f", Resource: "users", Kind: resource.KindTable, Verb: resource.VerbWrite, Granted: []string{"read"}})
		},
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A call waits for what another one opens no longer than it may take itself.
func TestAClientThatIsSlowToOpenIsWaitedForNoLongerThanTheCallMayTake(t *testing.T) {
	opening, opened := make(chan struct{}), make(chan struct{})
	c := resource.NewClients(shop, resource.Drivers{Secret: func(context.Context, string) (string, error) {
		close(opening)
		<-opened
		return "late", nil
	}}, func(variable string) string { return variable })
	var first sync.WaitGroup
	first.Go(func() {
		if got, err := resource.Secret(call(t, c), "pin"); got != "late" || err != nil {
			t.Errorf("got %q (%v)", got, err)
		}
	})
	<-opening
	ctx, cancel := context.WithTimeout(call(t, c), time.Millisecond)
	defer cancel()
	second := make(chan error, 1)
	go func() {
		_, err := resource.Secret(ctx, "pin")
		second <- err
	}()
	select {
	case err := <-second:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits beyond its deadline")
	}
	close(opened)
	first.Wait()
}
