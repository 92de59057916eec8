package orders

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// The tasks of the workflow in order.asl.yaml. A task can be called again with what it was given before, so each acts once for an order.

// Validated is an order that can be fulfilled, with its total.
type Validated struct {
	Order
	Cents int64 `json:"cents"`
}

// Stock is what the warehouse says of an order.
type Stock struct {
	InStock bool `json:"inStock"`
	// Missing are the items of which there are too few.
	Missing []string `json:"missing,omitempty"`
}

// Payment is what became of a payment. One that was declined is an answer, not an error.
type Payment struct {
	Approved bool   `json:"approved"`
	Receipt  string `json:"receipt,omitempty"`
}

// Shipment is a parcel on its way.
type Shipment struct {
	Tracking string `json:"tracking"`
}

// Fulfilment is an order with what is known of it so far.
type Fulfilment struct {
	Validated
	Inventory Stock   `json:"inventory"`
	Payment   Payment `json:"payment"`
}

// Validate refuses an order that nobody could fulfil: the workflow knows that as InvalidOrder.
func Validate(_ context.Context, o Order) (Validated, error) {
	if err := o.check(); err != nil {
		return Validated{}, fn.Permanent(fn.Named("InvalidOrder", err))
	}
	return Validated{o, o.total()}, nil
}

// CheckInventory sets aside what was ordered, if there is enough of all of it.
func CheckInventory(ctx context.Context, o Validated) (Stock, error) {
	missing, err := warehouse.Reserve(ctx, o.Order)
	if err != nil {
		return Stock{}, fmt.Errorf("reserving the items of order %s: %w", o.ID, err)
	}
	return Stock{len(missing) == 0, missing}, nil
}

// ProcessPayment charges the customer. That the bank cannot be asked is PaymentUnavailable, which the workflow tries again.
func ProcessPayment(ctx context.Context, o Validated) (Payment, error) {
	receipt, approved, err := bank.Charge(ctx, o.ID, o.Cents)
	if err != nil {
		return Payment{}, fn.Named("PaymentUnavailable", fmt.Errorf("charging for order %s: %w", o.ID, err))
	}
	return Payment{approved, receipt}, nil
}

// ShipOrder hands the parcel over to the carrier.
func ShipOrder(ctx context.Context, o Fulfilment) (Shipment, error) {
	tracking, err := warehouse.Ship(ctx, o.ID)
	if err != nil {
		return Shipment{}, fmt.Errorf("shipping order %s: %w", o.ID, err)
	}
	slog.InfoContext(ctx, "order shipped", "order", o.ID, "tracking", tracking)
	return Shipment{tracking}, nil
}

// NotifyOutOfStock tells the buyers what to order.
func NotifyOutOfStock(ctx context.Context, o Fulfilment) (any, error) {
	slog.WarnContext(ctx, "order out of stock", "order", o.ID, "missing", o.Inventory.Missing)
	return nil, nil
}

// HandlePaymentFailure puts what was set aside back on the shelves.
func HandlePaymentFailure(ctx context.Context, o Fulfilment) (any, error) {
	if err := warehouse.Release(ctx, o.ID); err != nil {
		return nil, fmt.Errorf("releasing the items of order %s: %w", o.ID, err)
	}
	slog.WarnContext(ctx, "payment declined", "order", o.ID)
	return nil, nil
}
