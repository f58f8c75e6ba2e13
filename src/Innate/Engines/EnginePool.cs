namespace Innate.Engines;

/// <summary>
/// Engines that serve one model: a request goes to the one with the fewest under way. One that fails hands its request to the
/// others and rests, longer each time; after as many failures in a row as a request may have it is left out. Both are told.
/// With one engine alone, requests are tried again as <see cref="EngineTransport"/> does.
/// </summary>
internal sealed class EnginePool : IDisposable
{
    private readonly EngineSettings _settings;
    private readonly Retry _retry;
    private readonly List<Member> _members;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EnginePool(EngineSettings settings, List<Member> members)
    {
        (_settings, _members) = (settings, members);
        _retry = new Retry(settings.Attempts, settings.FirstPause, settings.LongestPause);
    }

    /// <summary>What the engines say of themselves, all alike; the shortest of their contexts.</summary>
    public required EngineFacts Facts { get; init; }

    /// <summary>How many requests may be under way at once.</summary>
    public int Requests => _settings.Requests * _members.Count;

    /// <summary>Asks all engines what they are. Those that cannot be reached are left out, and told, while one can.</summary>
    /// <param name="addresses">The engines, each once.</param>
    /// <param name="settings">How they are asked.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">An address is no engine's, wants a key, or serves another model.</exception>
    /// <exception cref="EngineException">None can be reached.</exception>
    public static async Task<EnginePool> ConnectAsync(
        IReadOnlyList<Uri> addresses, EngineSettings settings, CancellationToken cancellation)
    {
        Uri[] places = [.. addresses.Select(a => EngineSettings.ParseAddress(a.ToString()))];
        if (places.GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException($"engine: expected each address once, found {twice.Key} twice.");
        }

        List<Member> members = [.. places.Select(p => new Member(p, settings))];
        try
        {
            (Member Member, EngineFacts? Facts, EngineException? Fault)[] asked =
                await Task.WhenAll(members.Select(m => AskAsync(m, settings, cancellation))).ConfigureAwait(false);
            (Member Member, EngineFacts? Facts, EngineException? Fault)[] living = [.. asked.Where(a => a.Facts is not null)];
            if (living.Length == 0) throw asked[0].Fault!;
            foreach ((Member dead, _, EngineException? fault) in asked.Where(a => a.Facts is null))
            {
                settings.Tell?.Invoke($"an engine is left out, for it cannot be reached: {fault!.Message.TrimEnd('.')}");
                dead.Transport.Dispose();
            }

            EngineFacts facts = living[0].Facts!;
            foreach ((Member other, EngineFacts? own, _) in living.Skip(1)) RequireSame(living[0].Member, facts, other, own!);
            int? context = living.Min(l => l.Facts!.Context ?? int.MaxValue) is var least and < int.MaxValue ? least : null;
            return new EnginePool(settings, [.. living.Select(l => l.Member)]) { Facts = facts with { Context = context } };
        }
        catch
        {
            foreach (Member member in members) member.Transport.Dispose();
            throw;
        }
    }

    /// <summary>Posts a request until it is answered.</summary>
    /// <param name="path">Below an engine's address.</param>
    /// <param name="body">JSON, UTF-8.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="InputException">An engine refused the request.</exception>
    /// <exception cref="EngineException">All engines failed for good, or an answer is no JSON.</exception>
    public async Task<Reply> PostAsync(string path, byte[] body, CancellationToken cancellation)
    {
        if (_members is [var only])
        {
            return RequireSameWeights(await only.Transport.PostAsync(path, body, cancellation).ConfigureAwait(false));
        }

        for (int failures = 1; ; failures++)
        {
            Member member = await FreeAsync(cancellation).ConfigureAwait(false);
            EngineTry tried = default;
            try
            {
                tried = await member.Transport.TryPostAsync(path, body, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Release(member, tried);
            }

            if (tried.Reply is { } reply) return RequireSameWeights(reply);

            // Some requests fail at every engine: they must not take all of them out.
            if (failures > _settings.Attempts * _members.Count)
            {
                throw new EngineException(
                    $"{member.Address}/{path}: failed {failures} times at {_members.Count} engines; the last time: "
                    + $"{tried.Fault}.");
            }
        }
    }

    // One that was started anew may serve another model.
    private Reply RequireSameWeights(Reply reply) =>
        reply.Fingerprint is { } own && Facts.Weights is { } asked && own != asked
            ? throw new EngineException($"{reply.Source}: expected the model that was served at the start, {asked}, found {own}.")
            : reply;

    public void Dispose()
    {
        foreach (Member member in _members) member.Transport.Dispose();
    }

    private static async Task<(Member Member, EngineFacts? Facts, EngineException? Fault)> AskAsync(
        Member member, EngineSettings settings, CancellationToken cancellation)
    {
        try
        {
            EngineFacts facts =
                await EngineProbe.AskAsync(member.Transport, member.Settings, cancellation).ConfigureAwait(false);
            return (member, facts, null);
        }
        catch (EngineException e)
        {
            return (member, null, e);
        }
    }

    private static void RequireSame(Member first, EngineFacts facts, Member other, EngineFacts own)
    {
        (string What, string One, string Other)? differs =
            facts.Kind != own.Kind ? ("kind", EngineNames.NameOf(facts.Kind), EngineNames.NameOf(own.Kind))
            : facts.Model != own.Model ? ("model", facts.Model, own.Model)
            : facts.Weights != own.Weights ? ("fingerprint", facts.Weights ?? "none", own.Weights ?? "none")
            : facts.VocabularySize != own.VocabularySize ? ("vocabulary", $"{facts.VocabularySize}", $"{own.VocabularySize}")
            : null;
        if (differs is not { } found) return;
        throw new InputException(
            $"engine: expected engines that serve one model, found the {found.What} {found.One} at {first.Address} and "
            + $"{found.Other} at {other.Address}.");
    }

    private async Task<Member> FreeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            TimeSpan rest = Timeout.InfiniteTimeSpan;
            lock (_lock)
            {
                Member[] left = [.. _members.Where(m => !m.IsOut)];
                if (left.Length == 0)
                {
                    throw new EngineException($"All engines failed; the last one: {_members.MaxBy(m => m.LastFault)!.Fault}.");
                }

                long now = _settings.Clock.GetTimestamp();
                Member? free = left.Where(m => m.RestsUntil <= now && m.UnderWay < _settings.Requests).MinBy(m => m.UnderWay);
                if (free is not null)
                {
                    free.UnderWay++;
                    return free;
                }

                changed = _changed.Task;
                if (left.Where(m => m.RestsUntil > now).MinBy(m => m.RestsUntil) is { } resting)
                {
                    rest = _settings.Clock.GetElapsedTime(now, resting.RestsUntil) + TimeSpan.FromMilliseconds(1);
                }
            }

            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(rest, _settings.Clock, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private void Release(Member member, EngineTry tried)
    {
        string? told = null;
        lock (_lock)
        {
            member.UnderWay--;
            if (tried.Reply is not null)
            {
                member.Failures = 0;
            }
            else if (tried.Fault is { } fault)
            {
                told = Failed(member, fault, tried.RetryAfter);
            }

            (TaskCompletionSource before, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            before.SetResult();
        }

        if (told is not null) _settings.Tell?.Invoke(told);
    }

    // Requests that were under way together fail together: one failure of the engine.
    private string? Failed(Member member, string fault, TimeSpan retryAfter)
    {
        long now = _settings.Clock.GetTimestamp();
        if (member.IsOut || member.RestsUntil > now) return null;
        member.Failures++;
        (member.Fault, member.LastFault) = ($"{member.Address}: {fault}", now);
        TimeSpan pause = _retry.PauseAfter(member.Failures);
        if (retryAfter > pause) pause = retryAfter;
        member.IsOut = _retry.IsOver(member.Failures) || pause > _settings.LongestPause;
        member.RestsUntil = now + (long)(pause.TotalSeconds * _settings.Clock.TimestampFrequency);
        if (member.IsOut) return $"the engine {member.Fault}; it is left out, and the others go on";
        return member.Failures > 1 ? null
            : $"the engine {member.Fault}; its requests go to the others, and it is tried again later";
    }

    private sealed class Member(Uri address, EngineSettings settings)
    {
        public EngineSettings Settings { get; } = settings with { Address = address };

        public string Address => Settings.Address.ToString().TrimEnd('/');

        public EngineTransport Transport { get; } = new(settings with { Address = address });

        public int UnderWay { get; set; }

        public int Failures { get; set; }

        public bool IsOut { get; set; }

        public long RestsUntil { get; set; } = long.MinValue;

        public string Fault { get; set; } = "";

        public long LastFault { get; set; }
    }
}
