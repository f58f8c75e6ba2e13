using System.Text;
using Innate.Compute.Memory;

namespace Innate.Learning.Ranks;

/// <summary>
/// What ranks say to each other. Whatever ends one rank's work ends all: instead of its next answer a rank gives the reason, the
/// first rank throws it as an exception of its own kind that names the rank, and the others end without a word
/// (<see cref="RankEndedException"/>), so that it is told once.
/// </summary>
/// <param name="group">The processes.</param>
internal sealed unsafe class RankTalk(IRankGroup group)
{
    private bool _isOver;
    private bool _isBroken;

    /// <summary>What an answer is.</summary>
    private enum Word : byte
    {
        Work,
        Done,
        Stopped,
        BadInput,
        Diverged,
        Failed,
    }

    /// <summary>This process.</summary>
    public int Rank => group.Rank;

    /// <summary>Processes.</summary>
    public int Size => group.Size;

    /// <summary>Whether this process writes the run's files and tells how it goes.</summary>
    public bool IsFirst => group.Rank == 0;

    /// <summary>Gives all ranks' answers to all ranks, in the order of ranks.</summary>
    /// <param name="answer">This rank's.</param>
    /// <param name="cancellation">Gives up where the others do not come.</param>
    /// <exception cref="InputException">Another rank found such a fault.</exception>
    /// <exception cref="TrainingDivergedException">Another rank's loss is not finite.</exception>
    /// <exception cref="TrainingInterruptedException">Another rank failed.</exception>
    /// <exception cref="OperationCanceledException">Another rank was stopped.</exception>
    public byte[][] Gather(byte[] answer, CancellationToken cancellation) => Say(Word.Work, answer, cancellation);

    /// <summary>What the first rank says.</summary>
    /// <param name="says">The first rank's word; others' do not count.</param>
    /// <param name="cancellation">Gives up where the others do not come.</param>
    public bool FirstSays(bool says, CancellationToken cancellation) =>
        Size == 1 ? says : Gather([says ? (byte)1 : (byte)0], cancellation)[0][0] == 1;

    /// <summary>Refuses ranks that would not compute the same.</summary>
    /// <param name="deciding">What decides the run's bits, by name.</param>
    /// <param name="cancellation">Gives up where the others do not come.</param>
    /// <exception cref="InputException">Names all that differs, and the ranks.</exception>
    public void Agree(IReadOnlyDictionary<string, string> deciding, CancellationToken cancellation)
    {
        if (Size == 1) return;
        IReadOnlyList<IReadOnlyDictionary<string, string>> all =
            [.. Gather(RankAgreement.Write(deciding), cancellation).Select(RankAgreement.Read)];
        IReadOnlyList<InputProblem> problems = RankAgreement.Problems(all);
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Does what all ranks do; none is over before all are.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">The work.</param>
    public T Do<T>(Func<T> work)
    {
        try
        {
            T result = work();
            Say(Word.Done, [], CancellationToken.None);
            return result;
        }
        catch (Exception e) when (Size > 1)
        {
            Tell(e);
            if (IsFirst || _isBroken) throw;
            throw e is OperationCanceledException ? new OperationCanceledException(e.Message, e)
                : new RankEndedException(e.Message, e);
        }
    }

    /// <summary>As <see cref="IRankGroup.Exchange"/>.</summary>
    public void Exchange(
        byte* sent, ReadOnlySpan<RankPiece> to, byte* received, ReadOnlySpan<RankPiece> from, CancellationToken cancellation)
    {
        try
        {
            group.Exchange(sent, to, received, from, cancellation);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Gives up the group: the other ranks are ended when this process ends.</summary>
    public void Abandon()
    {
        _isBroken = true;
        group.Abandon();
    }

    // The others may wait for this rank's next answer: they get the reason in its place.
    private void Tell(Exception e)
    {
        if (_isOver || _isBroken) return;
        (Word word, byte[] reason) = e switch
        {
            OperationCanceledException => (Word.Stopped, []),
            InputException input => (Word.BadInput, RankAgreement.Write(input)),
            TrainingDivergedException => (Word.Diverged, Encoding.UTF8.GetBytes(e.Message)),
            _ => (Word.Failed, Encoding.UTF8.GetBytes(e.Message)),
        };
        _isOver = true;
        try
        {
            Round(word, reason, CancellationToken.None);
        }
        catch (IOException)
        {
            // Nobody is there to be told, and this rank's own reason is told anyway.
        }
    }

    private byte[][] Say(Word word, byte[] answer, CancellationToken cancellation)
    {
        (Word Word, byte[] Answer)[] all = Round(word, answer, cancellation);
        int at = Array.FindIndex(all, a => a.Word > Word.Done);
        if (at < 0 && Array.TrueForAll(all, a => a.Word == word)) return [.. all.Select(a => a.Answer)];
        _isOver = true;
        if (at < 0)
        {
            throw new InvalidOperationException(
                $"Rank {Rank} says {word} where others say {string.Join(", ", all.Select(a => a.Word))}.");
        }

        // Of several ranks with the same reason all are named.
        (Word why, byte[] reason) = all[at];
        int[] who = [.. Enumerable.Range(0, Size).Where(r => all[r].Word == why && all[r].Answer.AsSpan().SequenceEqual(reason))];
        string names = who.Length == 1 ? $"rank {who[0]}" : $"ranks {string.Join(", ", who)}";
        throw why switch
        {
            Word.Stopped => new OperationCanceledException($"{names}: stopped"),
            Word.BadInput => RankAgreement.ReadFault(reason, names),
            Word.Diverged => new TrainingDivergedException($"{names}: {Encoding.UTF8.GetString(reason)}"),
            _ => new TrainingInterruptedException($"{names}: {Encoding.UTF8.GetString(reason).TrimEnd('.')}"),
        };
    }

    // Not freed where an exchange is given up: what was begun may still write there.
    private (Word Word, byte[] Answer)[] Round(Word word, byte[] answer, CancellationToken cancellation)
    {
        int own = answer.Length + 1;
        int[] lengths = new int[Size];
        RankPiece[] to = new RankPiece[Size], from = new RankPiece[Size];
        Array.Fill(to, new RankPiece(0, sizeof(int)));
        for (int r = 0; r < Size; r++) from[r] = new RankPiece(r * sizeof(int), sizeof(int));
        NativeBuffer ownLength = new(sizeof(int)), allLengths = new((long)sizeof(int) * Size);
        *(int*)ownLength.Pointer = own;
        Exchange(ownLength.Pointer, to, allLengths.Pointer, from, cancellation);
        new ReadOnlySpan<int>(allLengths.Pointer, Size).CopyTo(lengths);
        ownLength.Dispose();
        allLengths.Dispose();

        NativeBuffer sent = new(own), received = new(lengths.Sum(l => (long)l));
        sent.Pointer[0] = (byte)word;
        answer.CopyTo(new Span<byte>(sent.Pointer + 1, answer.Length));
        Array.Fill(to, new RankPiece(0, own));
        for (int r = 0, at = 0; r < Size; at = checked(at + lengths[r]), r++) from[r] = new RankPiece(at, lengths[r]);
        Exchange(sent.Pointer, to, received.Pointer, from, cancellation);
        var all = new (Word, byte[])[Size];
        for (int r = 0; r < Size; r++)
        {
            ReadOnlySpan<byte> piece = new(received.Pointer + from[r].Start, from[r].Bytes);
            all[r] = ((Word)piece[0], piece[1..].ToArray());
        }

        sent.Dispose();
        received.Dispose();
        return all;
    }
}
