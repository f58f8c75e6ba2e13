using System.Text;
using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>A step that cuts text into the pieces within which tokens are found, and may rewrite them.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Cuts or rewrites the pieces.</summary>
    public abstract void Apply(PieceBuffer buffer);
}

/// <summary>What becomes of a pattern's matches.</summary>
internal enum SplitBehavior
{
    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>Each ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Adjacent ones are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern (Split, and with a fixed pattern Digits, Punctuation, Whitespace, ...).</summary>
/// <param name="pattern">What to find.</param>
/// <param name="behavior">What becomes of it.</param>
/// <param name="invert">Whether the text between matches takes the place of the matches.</param>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Apply(PieceBuffer buffer) =>
        buffer.ReplacePieces(this, static (self, buffer, piece, output) => self.Cut(buffer, piece, output));

    private void Cut(PieceBuffer buffer, (int Start, int End) piece, List<(int Start, int End)> output)
    {
        List<(int Start, int End)> matches = buffer.Matches;
        matches.Clear();
        pattern.FindAll(buffer.Text[piece.Start..piece.End], matches);

        int firstOutput = output.Count, end = 0, length = piece.End - piece.Start;
        bool previousIsMatch = false;
        foreach ((int matchStart, int matchEnd) in matches)
        {
            if (matchStart > end) Add(end, matchStart, invert);
            Add(matchStart, matchEnd, !invert);
            end = matchEnd;
        }

        if (length > end) Add(end, length, invert);
        if (behavior == SplitBehavior.MergedWithNext) MergeWithNext(output, firstOutput);

        void Add(int start, int stop, bool isMatch)
        {
            (int Start, int End) part = (piece.Start + start, piece.Start + stop);
            if (start == stop)
            {
                // An empty match cuts without being a piece: what follows must not join what came before.
                previousIsMatch = isMatch;
                return;
            }

            switch (behavior)
            {
                case SplitBehavior.Removed when isMatch:
                    break;
                case SplitBehavior.MergedWithPrevious when isMatch && !previousIsMatch && output.Count > firstOutput:
                case SplitBehavior.Contiguous when isMatch == previousIsMatch && output.Count > firstOutput:
                    output[^1] = (output[^1].Start, part.End);
                    break;
                case SplitBehavior.MergedWithNext when isMatch:
                    output.Add((~part.Start, part.End)); // marked: MergeWithNext decides from the right
                    break;
                default:
                    output.Add(part);
                    break;
            }

            previousIsMatch = isMatch;
        }
    }

    /// <summary>From the right: a match joins what follows it, unless what follows is a match too.</summary>
    private static void MergeWithNext(List<(int Start, int End)> parts, int first)
    {
        bool followedByMatch = false;
        int write = parts.Count;
        for (int i = parts.Count - 1; i >= first; i--)
        {
            bool isMatch = parts[i].Start < 0;
            (int Start, int End) part = (isMatch ? ~parts[i].Start : parts[i].Start, parts[i].End);
            if (isMatch && !followedByMatch && write < parts.Count) parts[write] = (part.Start, parts[write].End);
            else parts[--write] = part;
            followedByMatch = isMatch;
        }

        parts.RemoveRange(first, write - first);
    }
}

/// <summary>
/// ByteLevel: optionally a space before each piece and a cut by GPT-2's pattern, then every UTF-8 byte becomes its character.
/// </summary>
/// <param name="addPrefixSpace">Whether a piece that does not begin with a space is given one.</param>
/// <param name="pattern">GPT-2's pattern, or null.</param>
/// <param name="leaveRaw">True where the model reads raw bytes itself, so that the last rewriting can be spared.</param>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, TextPattern? pattern, bool leaveRaw) : PreTokenizer
{
    private readonly SplitPreTokenizer? _split =
        pattern is null ? null : new SplitPreTokenizer(pattern, SplitBehavior.Isolated, invert: false);

    /// <summary>The same step, leaving the bytes to the model.</summary>
    public ByteLevelPreTokenizer LeavingRaw() => new(addPrefixSpace, pattern, leaveRaw: true);

    /// <inheritdoc/>
    public override void Apply(PieceBuffer buffer)
    {
        if (addPrefixSpace)
        {
            buffer.BeginRewrite();
            for (int p = 0; p < buffer.Pieces.Count; p++)
            {
                (int start, int end) = buffer.Pieces[p];
                int at = buffer.Written;
                if (buffer.Text[start] != ' ' && !buffer.Continues(p)) buffer.Write(" ");
                buffer.Write(buffer.Text[start..end]);
                buffer.EndPiece(at);
            }

            buffer.EndRewrite();
        }

        _split?.Apply(buffer);
        if (!leaveRaw) MapBytes(buffer);
    }

    private static void MapBytes(PieceBuffer buffer)
    {
        Span<byte> bytes = stackalloc byte[4];
        Span<char> mapped = stackalloc char[4];
        buffer.BeginRewrite();
        foreach ((int start, int end) in buffer.Pieces)
        {
            int at = buffer.Written;
            foreach (Rune rune in buffer.Text[start..end].EnumerateRunes())
            {
                int count = rune.EncodeToUtf8(bytes);
                for (int i = 0; i < count; i++) mapped[i] = ByteLevelAlphabet.CharOfByte[bytes[i]];
                buffer.Write(mapped[..count]);
            }

            buffer.EndPiece(at);
        }

        buffer.EndRewrite();
    }
}

/// <summary>When Metaspace puts its mark before a piece.</summary>
internal enum PrependScheme
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>Before the input's beginning only.</summary>
    First,

    /// <summary>Before every piece.</summary>
    Always,
}

/// <summary>Metaspace: spaces become a mark ('▁'), one is put in front, and a piece begins at each.</summary>
internal sealed class MetaspacePreTokenizer(string replacement, PrependScheme scheme, bool split) : PreTokenizer
{
    private readonly SplitPreTokenizer _split =
        new(new LiteralPattern(replacement), SplitBehavior.MergedWithNext, invert: false);

    /// <inheritdoc/>
    public override void Apply(PieceBuffer buffer)
    {
        buffer.BeginRewrite();
        for (int p = 0; p < buffer.Pieces.Count; p++)
        {
            (int start, int end) = buffer.Pieces[p];
            ReadOnlySpan<char> text = buffer.Text[start..end];
            int at = buffer.Written;
            bool prepend = scheme == PrependScheme.Always || (scheme == PrependScheme.First && buffer.BeginsInput(p));
            prepend &= !buffer.Continues(p);
            if (prepend && text[0] != ' ' && !text.StartsWith(replacement, StringComparison.Ordinal)) buffer.Write(replacement);
            while (text.IndexOf(' ') is var space and >= 0)
            {
                buffer.Write(text[..space]);
                buffer.Write(replacement);
                text = text[(space + 1)..];
            }

            buffer.Write(text);
            buffer.EndPiece(at);
        }

        buffer.EndRewrite();
        if (split) _split.Apply(buffer);
    }
}
