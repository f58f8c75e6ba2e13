using System.Runtime.CompilerServices;
using System.Text;

namespace Innate.Jinja;

/// <summary>The state of one rendering: variables, output, where it is, and what it has left to spend.</summary>
internal sealed class RenderContext(IReadOnlyDictionary<string, object?> variables, TimeProvider clock)
{
    private long _stepsLeft = Limits.Steps;
    private int _depth;
    private long _outputLength;

    public StringBuilder Output { get; private set; } = new();

    /// <summary>The position, in the source, of what is being evaluated: where an error is reported.</summary>
    public int At { get; set; }

    public TimeProvider Clock => clock;

    public bool TryGetVariable(string name, out object? value) => variables.TryGetValue(name, out value);

    public void Enter(int offset)
    {
        At = offset;
        if (--_stepsLeft < 0) throw OutOfSteps();
        // The count is the rule; asking the stack is the net under it, for callers on threads with small stacks.
        if (++_depth > Limits.Depth || ((_depth & 15) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            throw TooDeep();
        }
    }

    public void Leave() => _depth--;

    /// <summary>Spends steps on work in proportion to data: items visited, copied or compared.</summary>
    public void Spend(long steps)
    {
        // A negative count is one that overflowed: more than any budget.
        if (steps < 0 || (_stepsLeft -= steps) < 0) throw OutOfSteps();
    }

    /// <summary>To be asked before a text of this length is built or read through.</summary>
    public void SpendText(long length)
    {
        CheckText(length);
        Spend(1 + length / Limits.CharactersPerStep);
    }

    /// <summary>To be asked before a text is hashed, compared or looked for.</summary>
    public void SpendCompare(int length)
    {
        if (length >= Limits.ComparedCharactersPerStep) Spend(length / Limits.ComparedCharactersPerStep);
    }

    /// <summary>Refuses a text of this length, or one that has grown to it, without spending.</summary>
    public static void CheckText(long length)
    {
        if (length is >= 0 and <= Limits.TextLength) return;
        throw new TemplateFault(FormattableString.Invariant(
            $"the template builds a text of {length:N0} characters and the limit is {Limits.TextLength:N0}"));
    }

    public void Write(string text)
    {
        if (text.Length == 0) return;
        if ((_outputLength += text.Length) > Limits.TextLength)
        {
            throw new TemplateFault(FormattableString.Invariant(
                $"the template writes more than the limit of {Limits.TextLength:N0} characters"));
        }

        Spend(1 + text.Length / Limits.CharactersPerStep);
        Output.Append(text);
    }

    /// <summary>Runs a body and returns what it wrote instead of writing it.</summary>
    public string Capture(IReadOnlyList<Statement> body, Scope scope) => Capture(() => Statement.ExecuteAll(body, this, scope));

    public string Capture(Action write)
    {
        Spend(4);
        StringBuilder outer = Output;
        long outerLength = _outputLength;
        Output = new StringBuilder();
        _outputLength = 0;
        write();
        string text = Output.ToString();
        Output = outer;
        _outputLength = outerLength;
        return text;
    }

    public static TemplateFault TooDeep() => new(
        FormattableString.Invariant($"the template nests its evaluation deeper than the limit of {Limits.Depth:N0} levels ")
        + "(does a macro call itself for ever?)");

    private static TemplateFault OutOfSteps() => new(FormattableString.Invariant(
        $"the template was stopped at the limit of {Limits.Steps:N0} steps"));
}
