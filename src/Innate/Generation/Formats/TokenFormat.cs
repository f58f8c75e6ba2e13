using System.Text;
using Innate.Text;

namespace Innate.Generation.Formats;

/// <summary>
/// A format in a tokenizer's tokens: which may come next, and how many it takes at least to an end. A token is allowed where all
/// its bytes are, whatever parts of the format they belong to. States are worked out as they are reached and kept; calls may come
/// from many threads.
/// </summary>
internal sealed class TokenFormat
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TextFormat, State> _states = [];
    private readonly TokenBytes _tokens;

    /// <summary>A format in a tokenizer's tokens.</summary>
    /// <param name="format">What the text has to be.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="InputException">The tokenizer cannot write such a text, or has no bytes for its tokens.</exception>
    public TokenFormat(TextFormat format, Tokenizer tokenizer)
    {
        _tokens = TokenBytes.Of(tokenizer);
        Start = StateOf(format);
        if (Start.LeastBytes == TextFormat.Never)
        {
            throw new InputException("this tokenizer has no tokens for the characters of the format that is asked for.");
        }
    }

    /// <summary>Before the first token.</summary>
    public State Start { get; }

    /// <summary>What tokens write; special ones write nothing.</summary>
    public string TextOf(IEnumerable<int> ids)
    {
        List<byte> bytes = [];
        foreach (int id in ids) bytes.AddRange(_tokens.Of(id));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Whether a token writes text; one that does not can end a reply without a doubt.</summary>
    public bool Writes(int id) => _tokens.Of(id).Length > 0;

    private State StateOf(TextFormat format)
    {
        if (_states.TryGetValue(format, out State? known)) return known;
        State state = new(this, format);
        _states.Add(format, state);
        return state;
    }

    /// <summary>A place in the format.</summary>
    internal sealed class State
    {
        private readonly TokenFormat _owner;
        private readonly TextFormat _format;
        private readonly Dictionary<byte, State?> _next = [];
        private (int[] Ids, State[] Next)? _allowed;
        private int? _leastTokens;

        internal State(TokenFormat owner, TextFormat format)
        {
            (_owner, _format) = (owner, format);
            LeastBytes = format.Least(owner._tokens.Alone);
        }

        /// <summary>Whether the text may end here.</summary>
        public bool MayEnd => _format.MayEnd;

        /// <summary>
        /// The bytes to the nearest end by tokens of one byte: while it is a number, an end is in reach.
        /// </summary>
        internal int LeastBytes { get; }

        /// <summary>The tokens that may come next, by rising id, and where each leads.</summary>
        public (int[] Ids, State[] Next) Allowed
        {
            get
            {
                lock (_owner._lock) return _allowed ??= Walk();
            }
        }

        /// <summary>
        /// Tokens to an end, the token of the end included: by the shortest text to the nearest end, its longest tokens first.
        /// After the first of them it is one fewer, so who allows no token that leads to more than are left always has one to
        /// take.
        /// </summary>
        public int LeastTokens
        {
            get
            {
                lock (_owner._lock) return _leastTokens ??= CountTokens();
            }
        }

        private int CountTokens()
        {
            // The shortest text to an end, by the lowest byte where there is a choice, and the states along it.
            List<State> path = [this];
            List<byte> text = [];
            while (path[^1] is { MayEnd: false } last)
            {
                for (int b = 0; ; b++)
                {
                    if (!_owner._tokens.Alone.Contains((byte)b) || last.After((byte)b) is not { } next
                        || next.LeastBytes >= last.LeastBytes)
                    {
                        continue;
                    }

                    text.Add((byte)b);
                    path.Add(next);
                    break;
                }
            }

            int tokens = 1;
            for (int at = 0; at < text.Count;)
            {
                int id = _owner._tokens.Longest(text.ToArray().AsSpan(at))!.Value;
                at += _owner._tokens.Of(id).Length;
                tokens++;
            }

            return tokens;
        }

        private (int[] Ids, State[] Next) Walk()
        {
            List<(int Id, State Next)> allowed = [];
            Walk(0, _owner._tokens.Count, 0, this, allowed);
            allowed.Sort((a, b) => a.Id.CompareTo(b.Id));
            return ([.. allowed.Select(a => a.Id)], [.. allowed.Select(a => a.Next)]);
        }

        // Tokens from low to high begin with the same bytes, which led to this state.
        private void Walk(int low, int high, int depth, State state, List<(int Id, State Next)> allowed)
        {
            TokenBytes tokens = _owner._tokens;
            for (; low < high && tokens.At(low).Bytes.Length == depth; low++) allowed.Add((tokens.At(low).Id, state));
            while (low < high)
            {
                byte b = tokens.At(low).Bytes[depth];
                int end = tokens.Narrow(low, high, depth, b).High;
                if (state.After(b) is { } next) Walk(low, end, depth + 1, next, allowed);
                low = end;
            }
        }

        // Null where the byte may not stand here, or leads to where no end can be written.
        private State? After(byte b)
        {
            if (_next.TryGetValue(b, out State? known)) return known;
            State? next = _format.After(b) is { } format ? _owner.StateOf(format) : null;
            return _next[b] = next is { LeastBytes: < TextFormat.Never } ? next : null;
        }
    }
}
