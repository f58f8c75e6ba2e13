using System.Numerics;

namespace Innate.Jinja;

internal delegate bool Test(RenderContext context, object? value, Arguments arguments);

/// <summary>The tests by name: what may follow "is".</summary>
internal static class Tests
{
    public static TemplateFault Unknown(string name) => new($"there is no test named '{name}'");

    public static Test? Find(string name) => name switch
    {
        "boolean" => (_, x, _) => x is bool,
        "callable" => (_, x, _) => x is Callable,
        "defined" => (_, x, _) => x is not Undefined,
        "undefined" => (_, x, _) => x is Undefined,
        "none" => (_, x, _) => x is null,
        "true" => (_, x, _) => x is true,
        "false" => (_, x, _) => x is false,
        "integer" => (_, x, _) => x is long or BigInteger,
        "float" => (_, x, _) => x is double,
        "number" => (_, x, _) => Numbers.IsNumber(x),
        "string" => (_, x, _) => x is string,
        "mapping" => (_, x, _) => x is PyDict,
        "sequence" => (_, x, _) => x is PySequence or string or PyDict or Undefined,
        "iterable" => (_, x, _) => Python.IsIterable(x),
        "escaped" => (_, _, _) => false,
        "lower" => (c, x, _) => TextMethods.Invoke(c, "islower", Python.Str(c, x), Arguments.None) is true,
        "upper" => (c, x, _) => TextMethods.Invoke(c, "isupper", Python.Str(c, x), Arguments.None) is true,
        "even" => (c, x, _) => IsMultiple(c, x, 2L),
        "odd" => (c, x, _) => Operators.Apply(c, "%", x, 2L) is 1L or 1.0,
        "divisibleby" => (c, x, a) => IsMultiple(c, x, a.Bind("divisibleby", "num").Required(0)),
        "eq" or "equalto" or "==" => Comparing("=="),
        "ne" or "!=" => Comparing("!="),
        "gt" or "greaterthan" or ">" => Comparing(">"),
        "ge" or ">=" => Comparing(">="),
        "lt" or "lessthan" or "<" => Comparing("<"),
        "le" or "<=" => Comparing("<="),
        "in" => Comparing("in"),
        "sameas" => (c, x, a) => IsSame(c, x, a.Bind("sameas", "other").Required(0)),
        "filter" => (_, x, _) => x is string s && Filters.Find(s) is not null,
        "test" => (_, x, _) => x is string s && Find(s) is not null,
        _ => null,
    };

    private static Test Comparing(string op) => (context, value, arguments) =>
        Operators.Compare(context, op, value, arguments.Bind(op, "other").Required(0));

    private static bool IsMultiple(RenderContext context, object? value, object? divisor) =>
        Operators.Apply(context, "%", value, divisor) is 0L or 0.0;

    /// <summary>Identity, which for Python's small constants is equality of the same type.</summary>
    private static bool IsSame(RenderContext context, object? a, object? b) => ReferenceEquals(a, b) || (a, b) switch
    {
        (bool x, bool y) => x == y,
        (long x, long y) => x == y,
        (double x, double y) => x.Equals(y),
        (string x, string y) => Python.AreEqual(context, x, y),
        _ => false,
    };
}
