using System.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>A rewriting of the text before it is cut.</summary>
internal abstract class Normalizer
{
    /// <summary>The rewritten text, or null where it stays as it is.</summary>
    public abstract string? Apply(ReadOnlySpan<char> text);

    /// <summary>
    /// The rewritten text where it goes on from text before it: what is only done at a text's beginning is left out.
    /// </summary>
    public virtual string? Continue(ReadOnlySpan<char> text) => Apply(text);
}

/// <summary>NFC, NFD, NFKC, NFKD.</summary>
internal sealed class UnicodeNormalizer(UnicodeNormalization form) : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text) => form.Normalize(text);
}

/// <summary>Every character's full lower case, without regard to its place in a word.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // The one character whose lower case is always two; the invariant culture leaves it alone.
            if (rune.Value == 'İ') result.Append("i\u0307");
            else result.Append(Rune.ToLowerInvariant(rune));
        }

        return result.ToString();
    }
}

/// <summary>A string in front of any text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text) => text.IsEmpty ? null : Prepend(text);

    /// <inheritdoc/>
    public override string? Continue(ReadOnlySpan<char> text) => null;

    private string Prepend(ReadOnlySpan<char> text)
    {
        EncodingBudget.Charge(prefix.Length);
        return string.Concat(prefix, text);
    }
}

/// <summary>Every match becomes the same string, taken literally.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text, matches);
        if (matches.Count == 0) return null;
        EncodingBudget.Charge(text.Length + ((long)matches.Count * content.Length));
        var result = new StringBuilder(text.Length);
        int end = 0;
        foreach ((int start, int stop) in matches)
        {
            result.Append(text[end..start]).Append(content);
            end = stop;
        }

        return result.Append(text[end..]).ToString();
    }
}

/// <summary>White space off the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text) => Strip(text, left);

    /// <inheritdoc/>
    public override string? Continue(ReadOnlySpan<char> text) => Strip(text, left: false);

    private string? Strip(ReadOnlySpan<char> text, bool left)
    {
        ReadOnlySpan<char> stripped = left ? text.TrimStart() : text;
        if (right) stripped = stripped.TrimEnd();
        return stripped.Length == text.Length ? null : stripped.ToString();
    }
}

/// <summary>Combining marks taken out (NFD before it takes them off their letters).</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange('\u0300', '\uFFFF') < 0) return null;
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((UnicodeClasses.Flags(rune.Value) & UnicodeClasses.Mark) == 0) result.Append(rune);
        }

        return result.ToString();
    }
}

/// <summary>One after another.</summary>
internal sealed class SequenceNormalizer(Normalizer[] parts) : Normalizer
{
    /// <inheritdoc/>
    public override string? Apply(ReadOnlySpan<char> text)
    {
        string? result = null;
        foreach (Normalizer part in parts)
        {
            EncodingBudget.Charge(result?.Length ?? text.Length);
            result = part.Apply(result is null ? text : result) ?? result;
        }

        return result;
    }

    /// <inheritdoc/>
    public override string? Continue(ReadOnlySpan<char> text)
    {
        string? result = null;
        foreach (Normalizer part in parts)
        {
            EncodingBudget.Charge(result?.Length ?? text.Length);
            result = part.Continue(result is null ? text : result) ?? result;
        }

        return result;
    }
}
