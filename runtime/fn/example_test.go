package fn_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// order is what the examples are about.
type order struct {
	ID    string      `json:"id"`
	Total json.Number `json:"total"`
}

// An order without an ID cannot be processed, however often it comes; a payment that is down can.
func ExamplePermanent() {
	process := func(_ context.Context, m fn.Message[order]) error {
		if m.Data.ID == "" {
			return fn.Permanent(errors.New("the order has no ID"))
		}
		return errors.New("the payment is down")
	}
	for _, o := range []order{{}, {ID: "o1"}} {
		err := process(context.Background(), fn.Message[order]{Data: o})
		fmt.Println(err, fn.IsPermanent(err))
	}
	// Output:
	// the order has no ID true
	// the payment is down false
}

// The workflow catches the error by its name.
func ExampleNamed() {
	charge := func(_ context.Context, in order) (order, error) {
		declined := errors.New("the bank said no")
		return in, fn.Permanent(fn.Named("CardDeclined", declined))
	}
	_, err := charge(context.Background(), order{ID: "o1", Total: "12.50"})
	fmt.Println(fn.NameOf(err), fn.IsPermanent(err), err)
	// Output: CardDeclined true the bank said no
}

// A message that is delivered twice is handled once.
func ExampleIdempotent() {
	process := fn.Idempotent(&fn.MemoryStore{}, func(_ context.Context, m fn.Message[order]) error {
		fmt.Println("charged", m.Data.Total)
		return nil
	})
	m := fn.Message[order]{Event: fn.Event{Source: "/queues/orders", ID: "m1"}, Data: order{ID: "o1", Total: "12.50"}}
	for range 2 {
		fmt.Println(process(context.Background(), m))
	}
	// Output:
	// charged 12.50
	// <nil>
	// <nil>
}
