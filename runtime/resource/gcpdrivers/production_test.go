package gcpdrivers

import (
	"context"
	"errors"
	"io"
	"net"
	"path"
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// production is the emulator of Firestore, but for what only Firestore itself refuses: queries for which there is no index.
// https://firebase.google.com/docs/emulator-suite/connect_firestore#indexes
type production struct {
	pb.UnimplementedFirestoreServer
	emulator pb.FirestoreClient
	// indexes are pairs of attributes, by the collection: those that the wing declares, either way.
	indexes map[string][][]string
}

// inProduction puts production in front of an emulator, and returns its address.
func inProduction(t *testing.T, emulator string, indexes map[string][][]string) string {
	t.Helper()
	connection, err := grpc.NewClient(emulator, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	server := grpc.NewServer()
	pb.RegisterFirestoreServer(server, &production{emulator: pb.NewFirestoreClient(connection), indexes: indexes})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// onwards has the metadata of a call in those that it makes.
func onwards(ctx context.Context) context.Context {
	md, _ := grpcmetadata.FromIncomingContext(ctx)
	return grpcmetadata.NewOutgoingContext(ctx, md)
}

// pass hands over what a stream answers.
func pass[T any](from grpc.ServerStreamingClient[T], err error, to grpc.ServerStreamingServer[T]) error {
	for err == nil {
		var answer *T
		if answer, err = from.Recv(); err == nil {
			err = to.Send(answer)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (p *production) Commit(ctx context.Context, r *pb.CommitRequest) (*pb.CommitResponse, error) {
	return p.emulator.Commit(onwards(ctx), r)
}

func (p *production) BatchGetDocuments(r *pb.BatchGetDocumentsRequest, s pb.Firestore_BatchGetDocumentsServer) error {
	answers, err := p.emulator.BatchGetDocuments(onwards(s.Context()), r)
	return pass(answers, err, s)
}

func (p *production) RunQuery(r *pb.RunQueryRequest, s pb.Firestore_RunQueryServer) error {
	if !p.answers(r.GetStructuredQuery()) {
		return status.Error(codes.FailedPrecondition, "The query requires an index.")
	}
	answers, err := p.emulator.RunQuery(onwards(s.Context()), r)
	return pass(answers, err, s)
}

// answers tells whether there are indexes for a query. Any number of attributes are compared for equality by those that each has by itself;
// beside another comparison, or an order, there has to be one of all that are named.
// https://cloud.google.com/firestore/docs/query-data/index-overview#queries_supported_by_single-field_indexes
func (p *production) answers(q *pb.StructuredQuery) bool {
	filters := q.GetWhere().GetCompositeFilter().GetFilters()
	if filters == nil && q.GetWhere() != nil {
		filters = []*pb.StructuredQuery_Filter{q.GetWhere()}
	}
	var equal, other []string
	listed := 1
	for _, f := range filters {
		x := f.GetFieldFilter()
		switch name := x.GetField().GetFieldPath(); x.GetOp() { //nolint:exhaustive // the others are inequalities
		case pb.StructuredQuery_FieldFilter_EQUAL:
			equal = append(equal, name)
		case pb.StructuredQuery_FieldFilter_IN:
			equal = append(equal, name)
			listed *= len(x.GetValue().GetArrayValue().GetValues())
		default:
			other = append(other, name)
		}
	}
	for _, o := range q.GetOrderBy() {
		other = append(other, o.GetField().GetFieldPath())
	}
	slices.Sort(other)
	other = slices.Compact(other)
	const mostListed = 30
	switch {
	case listed > mostListed || len(other) > 1:
		return false
	case len(other) == 0 || len(equal) == 0:
		return true
	}
	return len(equal) == 1 && slices.ContainsFunc(p.indexes[path.Base(q.GetFrom()[0].GetCollectionId())], func(index []string) bool {
		return slices.Equal(index, []string{equal[0], other[0]})
	})
}
