using System.Text;

namespace Innate.Scoring.Grading;

/// <summary>Spans of an answer's tokens: cut at separators, freed of what says nothing.</summary>
internal static class AnswerTokens
{
    private static readonly HashSet<string> Introductions = new(StringComparer.OrdinalIgnoreCase)
    {
        "about", "approximately", "roughly", "exactly", "simply", "约", "大约", "等于", "为", "是",
    };

    /// <summary>Without what stands around an answer: a full stop, "approximately", "is equal to", one pair of braces.</summary>
    public static ReadOnlySpan<MathToken> Trimmed(ReadOnlySpan<MathToken> tokens)
    {
        while (tokens.Length > 0 && IsNoiseAtEnd(tokens[^1])) tokens = tokens[..^1];
        while (tokens.Length > 1 && IsNoiseAtStart(tokens[0])) tokens = tokens[1..];
        while (tokens.Length > 2 && tokens[0].Is("{") && Close(tokens, 0) == tokens.Length - 1) tokens = tokens[1..^1];
        return tokens;
    }

    /// <summary>
    /// The text that tokens make, spacing and full-width signs aside; words have no case, single letters have.
    /// </summary>
    public static string TextKey(ReadOnlySpan<MathToken> tokens)
    {
        StringBuilder key = new();
        bool isWords = true;
        foreach (MathToken t in tokens) isWords &= t.IsWord || t.Is("-") || t.Is("'") || t.Is(",") || t.Is(".")
            || (t.IsLetter && tokens.Length > 1);
        foreach (MathToken t in tokens)
        {
            if (key.Length > 0) key.Append(' ');
            if (t.Kind == MathTokenKind.Command) key.Append('\\');
            key.Append(isWords ? t.Text.ToLowerInvariant() : t.Text);
        }

        return key.ToString();
    }

    /// <summary>Where the bracket that opens at a place closes, whatever kind; -1: nowhere.</summary>
    public static int Close(ReadOnlySpan<MathToken> tokens, int open)
    {
        int level = 0;
        for (int i = open; i < tokens.Length; i++)
        {
            level += Level(tokens[i]);
            if (level == 0) return i;
        }

        return -1;
    }

    /// <summary>Parts between separators that stand in no bracket.</summary>
    public static List<MathToken[]> Split(ReadOnlySpan<MathToken> tokens, Func<MathToken, bool> isSeparator)
    {
        List<MathToken[]> parts = [];
        int level = 0, from = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            level += Level(tokens[i]);
            if (level != 0 || !isSeparator(tokens[i])) continue;
            parts.Add(tokens[from..i].ToArray());
            from = i + 1;
        }

        parts.Add(tokens[from..].ToArray());
        return parts;
    }

    /// <summary>
    /// 1 for what opens a bracket or a matrix, -1 for what closes one, else 0. An interval may open with ( and close
    /// with ].
    /// </summary>
    public static int Level(MathToken t) => t.Kind switch
    {
        MathTokenKind.Symbol when t.Text is "(" or "[" or "{" or @"\{" => 1,
        MathTokenKind.Symbol when t.Text is ")" or "]" or "}" or @"\}" => -1,
        MathTokenKind.Command when t.Text is "begin" or "langle" => 1,
        MathTokenKind.Command when t.Text is "end" or "rangle" => -1,
        _ => 0,
    };

    /// <summary>
    /// A list's own commas: inside brackets 1,234 is two numbers, unless another comma has a space after it or a part has leading
    /// zeros: (1,000, 2,000) is two numbers.
    /// </summary>
    public static MathToken[] Ungrouped(ReadOnlySpan<MathToken> tokens)
    {
        bool isSeparated = false, hasZeros = false, isGrouped = false;
        for (int i = 0; i < tokens.Length; i++)
        {
            isSeparated |= i + 1 < tokens.Length && (tokens[i].Is(",") || tokens[i].Is(";")) && tokens[i + 1].IsSpaced;
            isGrouped |= tokens[i].Grouped is not null;
            hasZeros |= tokens[i].Grouped is { } g && g.Contains(",0", StringComparison.Ordinal);
        }

        if (!isGrouped || isSeparated || hasZeros) return tokens.ToArray();
        List<MathToken> all = [];
        foreach (MathToken t in tokens)
        {
            if (t.Grouped is null)
            {
                all.Add(t);
                continue;
            }

            foreach (string part in t.Grouped.Split(','))
            {
                if (all.Count > 0 && all[^1].End == t.End) all.Add(t with { Kind = MathTokenKind.Symbol, Text = ",",
                    Grouped = null });
                all.Add(t with { Text = part, Grouped = null });
            }
        }

        return [.. all];
    }

    private static bool IsNoiseAtEnd(MathToken t) =>
        t.Is(".") || t.Is(",") || t.Is(";") || t.Is(":") || t.Is("\u3002") || t.Is("、") || t.Is("#");

    private static bool IsNoiseAtStart(MathToken t) => t.Is("=") || t.Is(":") || t.Is("、")
        || t.IsCommand("approx") || t.IsCommand("sim") || t.IsCommand("therefore")
            || (t.IsWord && Introductions.Contains(t.Text));
}
