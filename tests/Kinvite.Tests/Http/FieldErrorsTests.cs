using Kinvite.Http;

namespace Kinvite.Tests.Http;

public sealed class FieldErrorsTests
{
    [Fact]
    public void Nothing_wrong_is_no_problem() => Assert.Null(new FieldErrors().Problem);

    [Fact]
    public void Everything_is_said_at_its_field_and_nothing_is_lost()
    {
        var errors = new FieldErrors();
        errors.Add("name", "Too long.");
        errors.Add("name", "Too odd.");
        errors.AddAll("invites[1]", Problem.Invalid("email", "No mailbox."));
        errors.AddAll("kind", Problem.Invalid("", "No kind."));
        errors.AddAll("child", Problem.NotFound);

        var problem = errors.Problem!;

        Assert.Equal((400, "validation"), (problem.Status, problem.Code));
        Assert.Equal(["child", "invites[1].email", "kind", "name"], problem.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["Too long.", "Too odd."], problem.Errors["name"]);
        Assert.Equal([Problem.NotFound.Detail], problem.Errors["child"]);
    }

    [Fact]
    public void A_value_is_taken_or_its_refusal_under_the_fields_name()
    {
        var errors = new FieldErrors();

        Assert.Equal("Olga", errors.Take<string>("name", "Olga"));
        Assert.Null(errors.Problem);
        Assert.Null(errors.Take<string>("name", Problem.Invalid("", "No.")));
        Assert.Equal(["No."], errors.Problem!.Errors!["name"]);
    }

    [Fact]
    public void Asking_a_refusal_for_its_value_is_a_bug() => Assert.Throws<InvalidOperationException>(() => ((Result<int>)Problem.NotFound).Value);
}
