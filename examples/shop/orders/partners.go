package orders

import (
	"context"
	"sync"
)

// Warehouse is where the shop's goods are. Each of its methods acts once for an order.
type Warehouse interface {
	// Reserve sets aside what an order has, or nothing, and returns of what there is too little.
	Reserve(ctx context.Context, o Order) (missing []string, err error)
	// Release puts back what was set aside for an order.
	Release(ctx context.Context, order string) error
	// Ship sends what was set aside for an order, and returns how to follow it.
	Ship(ctx context.Context, order string) (tracking string, err error)
}

// Bank charges customers, once for an order.
type Bank interface {
	Charge(ctx context.Context, order string, cents int64) (receipt string, approved bool, err error)
}

// Those whom the handlers work with: here stand-ins, which have plenty and approve of what costs less than the limit.
var (
	warehouse Warehouse = &shelves{each: 100}
	bank      Bank      = &tills{limit: 500_000}
)

// shelves have so many of each thing.
type shelves struct {
	mu       sync.Mutex
	each     int
	taken    map[string]int
	reserved map[string][]Item
}

// Reserve implements Warehouse.
func (s *shelves) Reserve(_ context.Context, o Order) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.reserved[o.ID]; ok {
		return nil, nil
	}
	wanted := map[string]int{}
	var missing []string
	for _, item := range o.Items {
		wanted[item.SKU] += item.Quantity
		if before := wanted[item.SKU] - item.Quantity; s.taken[item.SKU]+before <= s.each && s.taken[item.SKU]+wanted[item.SKU] > s.each {
			missing = append(missing, item.SKU)
		}
	}
	if missing != nil {
		return missing, nil
	}
	if s.reserved == nil {
		s.taken, s.reserved = map[string]int{}, map[string][]Item{}
	}
	for sku, n := range wanted {
		s.taken[sku] += n
	}
	s.reserved[o.ID] = o.Items
	return nil, nil
}

// Release implements Warehouse.
func (s *shelves) Release(_ context.Context, order string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, item := range s.reserved[order] {
		s.taken[item.SKU] -= item.Quantity
	}
	delete(s.reserved, order)
	return nil
}

// Ship implements Warehouse.
func (*shelves) Ship(_ context.Context, order string) (string, error) { return "parcel-" + order, nil }

// tills approve of what costs less than the limit.
type tills struct{ limit int64 }

// Charge implements Bank.
func (t *tills) Charge(_ context.Context, order string, cents int64) (string, bool, error) {
	if cents >= t.limit {
		return "", false, nil
	}
	return "receipt-" + order, true, nil
}
