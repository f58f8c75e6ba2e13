using System.Text;

namespace Innate.Bench.Fuzzing;

/// <summary>Makes inputs of others: flipped bits, bytes put in and taken out, two inputs joined, words, numbers.</summary>
internal sealed class Mutator(Random random, FuzzTarget target)
{
    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "255", "256", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e99", "1e400", "-1e400", "1e-400", "0.1", "-0",
        "1E5", "100000000000000000000000000000000000000000",
    ];

    private static readonly (string Open, string Close)[] Brackets =
    [
        ("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("(?:", ")*"), ("(?=", ")"), ("[^", "]"), ("\"", "\""), ("(?>", ")+"),
        ("{", "}"),
    ];

    private readonly byte[][] _words = [.. target.Words.Select(Encoding.UTF8.GetBytes)];
    private readonly JsonMutator _json = new(random, target.Words, Numbers);

    /// <summary>An input made of the corpus and of what was kept.</summary>
    public byte[] Next(List<byte[]> kept)
    {
        byte[] input = Pick(kept);
        if (target.IsJson && random.Next(2) == 0 && _json.Damage(input) is { } damaged) input = damaged;
        else input = [.. input];
        int steps = target.IsJson && random.Next(3) > 0 ? 0 : 1 << random.Next(4);
        if (!target.IsJson) steps = Math.Max(1, steps);
        for (int i = 0; i < steps && input.Length > 0; i++) input = Step(input, kept);
        return input.Length <= target.Longest ? input : input[..target.Longest];
    }

    private byte[] Pick(List<byte[]> kept) => kept.Count > 0 && random.Next(2) == 0
        ? kept[random.Next(2) == 0 ? random.Next(kept.Count) : random.Next(Math.Max(0, kept.Count - 50), kept.Count)]
        : target.Corpus[random.Next(target.Corpus.Count)];

    private byte[] Step(byte[] input, List<byte[]> kept)
    {
        int at = random.Next(input.Length);
        switch (random.Next(11))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            case 1:
                input[at] = (byte)random.Next(256);
                return input;
            case 2:
                return Put(input, at, 0, [(byte)random.Next(256)]);
            case 3:
                return Put(input, at, Math.Min(input.Length - at, 1 + Small()), []);
            case 4 or 5:
                return _words.Length == 0 ? input : Put(input, at, random.Next(2) * Small(), _words[random.Next(_words.Length)]);
            case 6:
                byte[] other = Pick(kept);
                return other.Length == 0 ? input : [.. input.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length))];
            case 7:
                return Number(input, at);
            case 8:
                return random.Next(8) == 0 ? Nest(input, at) : input;
            case 9:
                int length = Math.Min(input.Length - at, 1 + Small());
                byte[] piece = input.AsSpan(at, length).ToArray();
                byte[] repeated = [.. Enumerable.Repeat(piece, 1 + Small()).SelectMany(b => b).Take(1 << 14)];
                return Put(input, random.Next(input.Length), 0, repeated);
            default:
                return random.Next(4) == 0 ? input[..at] : input;
        }
    }

    private int Small() => random.Next(1 << random.Next(1, 8));

    private byte[] Number(byte[] input, int at)
    {
        int start = at;
        while (start < input.Length && !char.IsAsciiDigit((char)input[start])) start++;
        if (start == input.Length) return input;
        int end = start;
        while (end < input.Length && char.IsAsciiDigit((char)input[end])) end++;
        return Put(input, start, end - start, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    private byte[] Nest(byte[] input, int at)
    {
        (string open, string close) = Brackets[random.Next(Brackets.Length)];
        int depth = 1 << random.Next(15), end = random.Next(at, input.Length);
        byte[] inner = [.. input.AsSpan(at, end - at)];
        byte[] nested = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(open, depth)));
        byte[] closed = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(close, random.Next(4) == 0 ? 0 : depth)));
        return Put(input, at, end - at, [.. nested, .. inner, .. closed]);
    }

    private static byte[] Put(byte[] input, int at, int taken, byte[] given)
    {
        taken = Math.Min(taken, input.Length - at);
        return [.. input.AsSpan(0, at), .. given, .. input.AsSpan(at + taken)];
    }
}
