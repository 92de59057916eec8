package orders

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource"
)

const (
	tableOrders = "order-book"
	secretKey   = "payment-key"

	statusPending = "pending"
	statusSettled = "settled"
)

// table is the Store that the handlers use: the table order-book, on whatever cloud they run.
type table struct{}

// row is an order as it stands in the table: whole, as JSON, with what it is found by beside it.
type row struct {
	ID     string `docstore:"id"`
	Status string `docstore:"status"`
	Placed int64  `docstore:"placed"` // in milliseconds since 1970
	Cents  int64  `docstore:"cents"`
	Order  string `docstore:"order"`
	// Receipt proves to the payment service that the shop took the order in.
	Receipt string `docstore:"receipt"`
	// Started says that the workflow has the order.
	Started bool `docstore:"started"`

	DocstoreRevision any
}

// Add implements Store.
func (table) Add(ctx context.Context, p Pending) (Pending, error) {
	orders, err := resource.Table(ctx, tableOrders)
	if err != nil {
		return Pending{}, err
	}
	data, err := json.Marshal(p.Order)
	if err != nil {
		return Pending{}, err
	}
	receipt, err := sign(ctx, data)
	if err != nil {
		return Pending{}, err
	}
	err = orders.Create(ctx, &row{ID: p.Order.ID, Status: statusPending, Placed: p.Placed.UnixMilli(), Cents: p.Cents, Order: string(data), Receipt: receipt})
	if gcerrors.Code(err) != gcerrors.AlreadyExists {
		return p, err
	}
	kept := row{ID: p.Order.ID}
	if err := orders.Get(ctx, &kept); err != nil {
		return Pending{}, err
	}
	return kept.order()
}

// Started implements Store.
func (table) Started(ctx context.Context, id string) error {
	orders, err := resource.Table(ctx, tableOrders)
	if err != nil {
		return err
	}
	return orders.Update(ctx, &row{ID: id}, docstore.Mods{"started": true})
}

// order is what a row says.
func (r row) order() (Pending, error) {
	p := Pending{Cents: r.Cents, Placed: time.UnixMilli(r.Placed).UTC(), Started: r.Started}
	err := json.Unmarshal([]byte(r.Order), &p.Order)
	return p, err
}

// sign signs an order with the key that the shop shares with the payment service.
func sign(ctx context.Context, order []byte) (string, error) {
	key, err := resource.Secret(ctx, secretKey)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(order)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// PlacedBefore implements Store, by the index of the spec.
func (table) PlacedBefore(ctx context.Context, moment time.Time) ([]Pending, error) {
	orders, err := resource.Table(ctx, tableOrders)
	if err != nil {
		return nil, err
	}
	it := orders.Query().Where("status", "=", statusPending).Where("placed", "<", moment.UnixMilli()).OrderBy("placed", docstore.Ascending).Get(ctx)
	defer it.Stop()
	var due []Pending
	for {
		var r row
		err := it.Next(ctx, &r)
		if errors.Is(err, io.EOF) {
			return due, nil
		}
		if err != nil {
			return nil, err
		}
		p, err := r.order()
		if err != nil {
			return nil, err
		}
		due = append(due, p)
	}
}

// Settle implements Store.
func (table) Settle(ctx context.Context, id string) error {
	orders, err := resource.Table(ctx, tableOrders)
	if err != nil {
		return err
	}
	return orders.Update(ctx, &row{ID: id}, docstore.Mods{"status": statusSettled})
}
