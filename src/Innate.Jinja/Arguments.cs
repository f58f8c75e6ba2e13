using System.Numerics;

namespace Innate.Jinja;

/// <summary>The arguments of one call, as written: by position, then by name.</summary>
internal sealed class Arguments(IReadOnlyList<object?> positional, IReadOnlyList<(string Name, object? Value)> named)
{
    public static readonly Arguments None = new([], []);

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyList<(string Name, object? Value)> Named => named;

    public static Arguments Of(params object?[] values) => new(values, []);

    public Arguments Skip(RenderContext context, int count)
    {
        context.Spend(positional.Count);
        return new([.. positional.Skip(count)], named);
    }

    /// <summary>Gives each of the callee's parameters its argument; too many, unknown or doubled ones are errors.</summary>
    public BoundArguments Bind(string callee, params string[] parameters)
    {
        if (positional.Count > parameters.Length)
        {
            throw new TemplateFault($"{callee} takes at most {parameters.Length} argument(s) and was given {positional.Count}");
        }

        var values = new object?[parameters.Length];
        Array.Fill(values, BoundArguments.Missing);
        for (int i = 0; i < positional.Count; i++) values[i] = positional[i];
        foreach ((string name, object? value) in named)
        {
            int i = Array.IndexOf(parameters, name);
            if (i < 0) throw new TemplateFault($"{callee} got an unexpected keyword argument '{name}'");
            if (values[i] != BoundArguments.Missing)
            {
                throw new TemplateFault($"{callee} got several values for argument '{name}'");
            }

            values[i] = value;
        }

        return new BoundArguments(callee, parameters, values);
    }
}

/// <summary>Arguments by parameter, read with the type that the callee wants.</summary>
internal readonly struct BoundArguments(string callee, string[] parameters, object?[] values)
{
    public static readonly object Missing = new();

    public bool Has(int i) => values[i] != Missing;

    public object? Value(int i, object? fallback = null) => Has(i) ? values[i] : fallback;

    public object? Required(int i) =>
        Has(i) ? values[i] : throw new TemplateFault($"{callee} needs the argument '{parameters[i]}'");

    public bool Truth(int i, bool fallback = false) => Has(i) ? Python.IsTrue(values[i]) : fallback;

    public string Text(int i) => Required(i) as string ?? throw Wrong(i, "a text");

    public string Text(int i, string fallback) => Has(i) ? Text(i) : fallback;

    /// <summary>Null where the argument is absent or None.</summary>
    public string? OptionalText(int i) => !Has(i) || values[i] is null ? null : Text(i);

    public long Integer(int i) => Numbers.Plain(Required(i)) switch
    {
        long n => n,
        // Beyond every limit either way: clamping keeps the sign and spares every callee the third case.
        BigInteger n => n.Sign < 0 ? long.MinValue / 4 : long.MaxValue / 4,
        _ => throw Wrong(i, "an integer"),
    };

    public long Integer(int i, long fallback) => Has(i) ? Integer(i) : fallback;

    private TemplateFault Wrong(int i, string expected) => values[i] is Undefined u
        ? u.Fault()
        : new TemplateFault($"{callee} expects {expected} as '{parameters[i]}' and got {Python.TypeName(values[i])}");
}
