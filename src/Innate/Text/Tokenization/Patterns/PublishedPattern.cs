using static Innate.Text.Tokenization.UnicodeClasses;

namespace Innate.Text.Tokenization.Patterns;

/// <summary>
/// The splitting patterns that most checkpoints share, each a hand-written scanner chosen by the exact text of its expression.
/// Every one of them matches at every position, so the matches tile the text. <see cref="RegexPattern"/> is their slow twin.
/// </summary>
internal sealed class PublishedPattern : TextPattern
{
    /// <summary>GPT-2; also what ByteLevel splits by.</summary>
    public const string Gpt2Expression =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>GPT-4 and Llama 3: numbers in groups of three.</summary>
    public const string Llama3Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The same as GPT-4's authors write it; possessive where nothing could be given back anyway.</summary>
    public const string Cl100kExpression =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";

    /// <summary>Qwen 2 and 3: every digit alone.</summary>
    public const string Qwen2Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>GPT-4o and gpt-oss: words also end where a capital begins.</summary>
    public const string O200kExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?" +
        @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?" +
        @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>GPT-2's scanner.</summary>
    public static readonly PublishedPattern Gpt2 = new(Kind.Gpt2, 0);

    private readonly Kind _kind;
    private readonly int _digits;

    private PublishedPattern(Kind kind, int digits) => (_kind, _digits) = (kind, digits);

    private enum Kind
    {
        Gpt2,
        Cl100k,
        O200k,
    }

    /// <summary>The scanner for an expression, or null where it is none of the known ones.</summary>
    public static PublishedPattern? TryGet(string expression) => expression switch
    {
        Gpt2Expression => Gpt2,
        Llama3Expression or Cl100kExpression => new PublishedPattern(Kind.Cl100k, 3),
        Qwen2Expression => new PublishedPattern(Kind.Cl100k, 1),
        O200kExpression => new PublishedPattern(Kind.O200k, 3),
        _ => null,
    };

    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (int i = 0, end; i < text.Length; i = end)
        {
            end = _kind switch
            {
                Kind.Gpt2 => Gpt2End(text, i),
                Kind.Cl100k => Cl100kEnd(text, i, _digits),
                _ => O200kEnd(text, i),
            };
            matches.Add((i, end));
        }
    }

    private static int Gpt2End(ReadOnlySpan<char> text, int i)
    {
        char c = text[i];
        if (c == '\'' && Contraction(text, i, ignoreCase: false) is var contraction and > 0) return i + contraction;

        // " ?" before a run of one class
        int at = i;
        byte flags = FlagsAt(text, i, out int length);
        if (c == ' ' && i + 1 < text.Length)
        {
            flags = FlagsAt(text, ++at, out length);
            if ((flags & Space) != 0) return SpacesEnd(text, i);
        }

        if ((flags & Letter) != 0) return RunEnd(text, at + length, Letter);
        if ((flags & Number) != 0) return RunEnd(text, at + length, Number);
        return (flags & Space) == 0 ? OthersEnd(text, at + length) : SpacesEnd(text, i);
    }

    private static int Cl100kEnd(ReadOnlySpan<char> text, int i, int digits)
    {
        char c = text[i];
        byte flags = FlagsAt(text, i, out int length);
        if ((flags & Letter) != 0) return RunEnd(text, i + length, Letter);
        if ((flags & Number) != 0) return DigitsEnd(text, i + length, digits - 1);
        if (c == '\'' && Contraction(text, i, ignoreCase: true) is var contraction and > 0) return i + contraction;

        int after = i + length;
        byte next = 0;
        int nextLength = 0;
        if (after < text.Length) next = FlagsAt(text, after, out nextLength);
        if ((next & Letter) != 0 && (flags & LineEnd) == 0) return RunEnd(text, after + nextLength, Letter);
        if ((flags & Space) == 0) return LineEndsEnd(text, OthersEnd(text, after), orSlash: false);
        if (c == ' ' && nextLength > 0 && (next & (Space | Letter | Number)) == 0)
        {
            return LineEndsEnd(text, OthersEnd(text, after + nextLength), orSlash: false);
        }

        return SpacesOrLinesEnd(text, i);
    }

    private static int O200kEnd(ReadOnlySpan<char> text, int i)
    {
        char c = text[i];
        byte flags = FlagsAt(text, i, out int length);
        if ((flags & Number) != 0) return DigitsEnd(text, i + length, 2);

        // First "heads* tails+", then "heads+ tails*", each first after one character that is neither letter nor number.
        bool mayLead = (flags & (Letter | Number | LineEnd)) == 0;
        int word = mayLead ? HeadsTailsEnd(text, i + length) : -1;
        if (word < 0) word = HeadsTailsEnd(text, i);
        if (word < 0 && mayLead) word = HeadsEnd(text, i + length);
        if (word < 0) word = HeadsEnd(text, i);
        if (word >= 0)
        {
            return word < text.Length && text[word] == '\'' ? word + Contraction(text, word, ignoreCase: true) : word;
        }

        int after = i + length;
        if ((flags & Space) == 0) return LineEndsEnd(text, OthersEnd(text, after), orSlash: true);
        if (c == ' ' && after < text.Length
            && (FlagsAt(text, after, out int nextLength) & (Space | Letter | Number)) == 0)
        {
            return LineEndsEnd(text, OthersEnd(text, after + nextLength), orSlash: true);
        }

        return SpacesOrLinesEnd(text, i);
    }

    /// <summary>The end of "heads* tails+" at i, or -1. Most letters without case are both: heads give them back.</summary>
    private static int HeadsTailsEnd(ReadOnlySpan<char> text, int i)
    {
        int lastTailEnd = -1;
        while (i < text.Length && FlagsAt(text, i, out int length) is var flags && (flags & WordHead) != 0)
        {
            i += length;
            if ((flags & WordTail) != 0) lastTailEnd = i;
        }

        int end = RunEnd(text, i, WordTail);
        return end > i ? end : lastTailEnd;
    }

    /// <summary>The end of "heads+" at i, or -1; tails cannot follow, or <see cref="HeadsTailsEnd"/> had matched.</summary>
    private static int HeadsEnd(ReadOnlySpan<char> text, int i) => RunEnd(text, i, WordHead) is var end && end > i ? end : -1;

    private static int RunEnd(ReadOnlySpan<char> text, int i, byte kind)
    {
        byte[] basic = Basic;
        while (i < text.Length)
        {
            byte flags = basic[text[i]];
            if ((flags & kind) != 0) i++;
            else if ((flags & Surrogate) != 0 && (FlagsAt(text, i, out int length) & kind) != 0) i += length;
            else break;
        }

        return i;
    }

    /// <summary>The end of a run of characters that are neither space, letter nor number.</summary>
    private static int OthersEnd(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length && (FlagsAt(text, i, out int length) & (Space | Letter | Number)) == 0) i += length;
        return i;
    }

    private static int DigitsEnd(ReadOnlySpan<char> text, int i, int more)
    {
        while (more-- > 0 && i < text.Length && (FlagsAt(text, i, out int length) & Number) != 0) i += length;
        return i;
    }

    private static int LineEndsEnd(ReadOnlySpan<char> text, int i, bool orSlash)
    {
        while (i < text.Length && (text[i] is '\r' or '\n' || (orSlash && text[i] == '/'))) i++;
        return i;
    }

    /// <summary>\s*[\r\n]+, else \s+(?!\S)|\s+: up to and with the last line end of the run of white space.</summary>
    private static int SpacesOrLinesEnd(ReadOnlySpan<char> text, int i)
    {
        int end = RunEnd(text, i, Space);
        int lastLine = text[i..end].LastIndexOfAny('\r', '\n');
        return lastLine >= 0 ? i + lastLine + 1 : SpacesEnd(text, i, end);
    }

    private static int SpacesEnd(ReadOnlySpan<char> text, int i) => SpacesEnd(text, i, RunEnd(text, i, Space));

    /// <summary>\s+(?!\S)|\s+: the run of white space without its last character where something follows.</summary>
    private static int SpacesEnd(ReadOnlySpan<char> text, int i, int end) =>
        end == text.Length || end == i + 1 ? end : end - 1;

    /// <summary>
    /// The length of an English contraction at the apostrophe, or 0. Without case, 's' folds with the long 'ſ'.
    /// </summary>
    private static int Contraction(ReadOnlySpan<char> text, int i, bool ignoreCase)
    {
        if (i + 1 >= text.Length) return 0;
        char first = text[i + 1];
        if (ignoreCase) first = first == 'ſ' ? 's' : (char)(first | 0x20);
        if (first is 's' or 't' or 'm' or 'd') return 2;
        if (first is not ('r' or 'v' or 'l') || i + 2 >= text.Length) return 0;
        char second = ignoreCase ? (char)(text[i + 2] | 0x20) : text[i + 2];
        return second == (first == 'l' ? 'l' : 'e') ? 3 : 0;
    }
}
