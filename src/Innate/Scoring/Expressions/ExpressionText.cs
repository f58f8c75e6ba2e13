using System.Globalization;
using System.Text;

namespace Innate.Scoring.Expressions;

/// <summary>An expression as it is written: one text for one expression, which is read again as the same.</summary>
internal static class ExpressionText
{
    /// <summary>A number, in the fewest digits that are read again as the same.</summary>
    public static string Of(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>An expression.</summary>
    public static string Of(RewardNode node)
    {
        StringBuilder text = new();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, RewardNode node)
    {
        switch (node)
        {
            case NumberNode number:
                text.Append(Of(number.Value));
                break;
            case LeafNode leaf:
                text.Append(leaf.Name);
                Write(text, leaf.Rules?.Given() ?? leaf.Options.Given());
                break;
            case NegativeNode negative:
                text.Append('-');
                Bracketed(text, negative.Term, Strength(negative.Term) < 3);
                break;
            case BinaryNode binary:
                // Of equal strength the left one was read first: a right one stands in brackets.
                int own = Strength(binary);
                Bracketed(text, binary.Left, Strength(binary.Left) < own);
                text.Append(binary.Operator is '+' or '-' ? $" {binary.Operator} " : binary.Operator.ToString());
                Bracketed(text, binary.Right, Strength(binary.Right) <= own);
                break;
            case NormalizedNode z:
                Call(text, "z", z.Term);
                break;
            case ShuffledNode shuffled:
                Call(text, "shuffled", shuffled.Term);
                break;
            case GateNode gate:
                Call(text, "gate", gate.Check, gate.Reward);
                break;
            case ClipNode clip:
                Call(text, "clip", clip.Term, new NumberNode(clip.Low), new NumberNode(clip.High));
                break;
            case ElseNode other:
                Call(text, "else", other.Term, other.Other);
                break;
            case PmiNode pmi:
                Call(text, "pmi", pmi.Term);
                break;
            case ProfileNode profile:
                text.Append("profile(").Append(Quoted(profile.Place)).Append(')');
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }
    }

    // 1: a sum, 2: a product, 3: a sign, 4: what needs no brackets.
    private static int Strength(RewardNode node) => node switch
    {
        BinaryNode { Operator: '+' or '-' } => 1,
        BinaryNode => 2,
        NegativeNode => 3,
        NumberNode number when double.IsNegative(number.Value) => 3,
        _ => 4,
    };

    private static void Bracketed(StringBuilder text, RewardNode node, bool brackets)
    {
        if (brackets) text.Append('(');
        Write(text, node);
        if (brackets) text.Append(')');
    }

    private static void Call(StringBuilder text, string name, params ReadOnlySpan<RewardNode> terms)
    {
        text.Append(name).Append('(');
        for (int i = 0; i < terms.Length; i++)
        {
            if (i > 0) text.Append(", ");
            Write(text, terms[i]);
        }

        text.Append(')');
    }

    private static void Write(StringBuilder text, IEnumerable<(string Name, string? Value)> options)
    {
        string all = string.Join(", ", options.Select(o => o.Value is null ? o.Name : $"{o.Name}={Quoted(o.Value)}"));
        if (all.Length > 0) text.Append('(').Append(all).Append(')');
    }

    private static string Quoted(string value) => value.Length > 0 && !value.Any(ExpressionScanner.EndsValue)
        ? value
        : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
