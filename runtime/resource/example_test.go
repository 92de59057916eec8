package resource_test

import (
	"context"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
)

// handling is the context of a call of a function with access to the shop's resources, which are in memory. In the cloud a handler gets
// it from its host, and in its test from package resourcetest.
func handling() context.Context {
	shop := app.App{Name: "shop", Resources: []app.Resource{
		{Kind: "topic", Name: "user-created"},
		{Kind: "bucket", Name: "uploads"},
		{Kind: "table", Name: "users", Key: []string{"id"}},
		{Kind: "table", Name: "events", Key: []string{"id"}},
	}}
	clients := resource.NewClients(shop, memory.New().Drivers(), func(variable string) string { return variable })
	return clients.Within(app.WithGranted(context.Background(), app.Granted{Function: "welcome-user", Access: []string{
		"user-created:publish", "uploads:read", "uploads:write", "users:read", "users:write", "events:read", "events:write",
	}}))
}

// User is an item of the table users, and the payload of the topic user-created.
type User struct {
	ID    string `json:"id" docstore:"id"`
	Email string `json:"email" docstore:"email"`

	DocstoreRevision any `json:"-"`
}

// A conditional write fails when somebody else has changed the item since it was read.
func ExampleTable() {
	ctx := handling()
	users, err := resource.Table(ctx, "users")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := users.Create(ctx, &User{ID: "ada", Email: "ada@example.com"}); err != nil {
		fmt.Println(err)
		return
	}
	ada := &User{ID: "ada"}
	if err := users.Get(ctx, ada); err != nil {
		fmt.Println(err)
		return
	}
	ada.Email = "lovelace@example.com"
	fmt.Println(ada.Email, users.Replace(ctx, ada))
	// Output: lovelace@example.com <nil>
}

func ExampleBucket() {
	ctx := handling()
	uploads, err := resource.Bucket(ctx, "uploads")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := uploads.WriteAll(ctx, "in/hello.txt", []byte("hello"), nil); err != nil {
		fmt.Println(err)
		return
	}
	data, err := uploads.ReadAll(ctx, "in/hello.txt")
	fmt.Println(string(data), err)
	// Output: hello <nil>
}

func ExamplePublish() {
	err := resource.Publish(handling(), "user-created", User{ID: "ada"}, resource.Attribute("plan", "free"))
	fmt.Println(err)
	// Output: <nil>
}

// The error has the line that the spec lacks.
func ExampleAccessError() {
	err := resource.Send(handling(), "orders", "o1")
	fmt.Println(err)
	// Output:
	// function welcome-user may not send to the queue orders: add to it in the spec
	//     access: { orders: send }
}

// A message that comes twice, to whichever instance, is handled once.
func ExampleIdempotency() {
	once := fn.Idempotent(resource.Idempotency("events"), func(_ context.Context, m fn.Message[User]) error {
		fmt.Println("welcome,", m.Data.ID)
		return nil
	})
	ctx := handling()
	m := fn.Message[User]{Event: fn.Event{Source: "/topics/user-created", ID: "m1"}, Data: User{ID: "ada"}}
	for range 2 {
		fmt.Println(once(ctx, m))
	}
	// Output:
	// welcome, ada
	// <nil>
	// <nil>
}
