using Innate.Environments;
using Innate.Environments.Agents;
using Innate.Generation;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Text;

namespace Innate.Tests.Environments.Agents;

/// <summary>Episodes of the model inside, in a corridor.</summary>
public class EpisodePlayerTests
{
    private static readonly string Tiny = Path.Combine(Places.Repository, "models", "innate-tiny");

    private static readonly SamplingOptions Sampling = new() { MaxTokens = 6, Seed = 7, StopIds = [511, 509] };

    [Fact]
    public void Ids_are_only_added_to_and_those_that_were_sampled_are_marked()
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
        foreach (Episode e in Play(session, [1, 2], 3, new EpisodeLimits { Turns = 4, Context = 512 }).SelectMany(g => g))
        {
            Assert.Equal(e.Ids.Length, e.Written.Length);
            Assert.Equal(4, e.Turns.Count);
            Assert.Equal(e.Ids.Length, e.Turns[^1].End);
            Assert.DoesNotContain(true, e.Written[..e.PromptLength]);
            Assert.Equal(e.Policy!.Tokens, e.Ids.Where((_, i) => e.Written[i]));
            int at = e.PromptLength;
            foreach (EpisodeTurn turn in e.Turns)
            {
                // Between two turns stands what the template writes there, and nothing else.
                string between = session.Tokenizer.Decode(e.Ids.AsSpan(at, turn.Start - at), skipSpecialTokens: false);
                if (turn.Start > e.PromptLength)
                {
                    bool ended = e.Ids[at - 1] == 511;
                    string before = e.Turns[e.Turns.ToList().IndexOf(turn) - 1].Step.Observation;
                    Assert.Equal(
                        $"{(ended ? "" : "<|im_end|>")}\n<|im_start|>user\n{before}<|im_end|>\n<|im_start|>assistant\n", between);
                }

                Assert.All(e.Written[turn.Start..turn.End], Assert.True);
                at = turn.End;
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_whoever_else_plays_and_however_keys_are_kept()
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
        using ModelSession alone = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 1 });
        EpisodeLimits limits = new() { Turns = 3, Context = 512 };
        IReadOnlyList<Episode[]> together = Play(session, [5, 8, 5], 4, limits);
        IReadOnlyList<Episode[]> few = Play(alone, [8], 2, limits with { Together = 1 });
        IReadOnlyList<Episode[]> reread = Play(session, [5, 8], 4, limits, keeps: false);
        for (int member = 0; member < 4; member++)
        {
            Same(together[0][member], together[2][member]);
            Same(together[0][member], reread[0][member]);
            Same(together[1][member], reread[1][member]);
            if (member < 2) Same(together[1][member], few[0][member]);
        }

        // A group's members go their own ways though they begin with the same ids.
        Assert.True(together[0].Select(e => string.Join(',', e.Ids)).Distinct().Count() > 1);
    }

    [Fact]
    public void A_turn_costs_its_own_tokens_for_earlier_ones_are_kept()
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
        using TurnDecoding kept = new(session.Decoder!);
        int[] prompt = [.. Enumerable.Range(1, 100)];
        int[] sequences = kept.Begin([prompt, prompt], default);
        Assert.Equal(99, kept.TokensRead);
        SamplingOptions options = new() { MaxTokens = 3, Places = [1, 2] };
        GeneratedResponse[] said = kept.Generate(sequences, [prompt, prompt], options, default);
        Assert.Equal(99 + 2 + 4, kept.TokensRead);
        kept.Generate(
            sequences, [[.. prompt, .. said[0].TokenIds, 40, 41], [.. prompt, .. said[1].TokenIds, 42]], options, default);

        // The last token of a turn is read with the next turn's new ones.
        Assert.Equal(105 + 3 + 2 + 4, kept.TokensRead);
    }

    [Fact]
    public void A_world_that_breaks_off_ends_its_own_episode_as_failed_and_earns_nothing()
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
        int opened = 0;
        EpisodePlayer player = Player(
            session, () => new CorridorWorld(breaksAt: opened++ == 0 ? 2 : null), new EpisodeLimits { Turns = 3, Context = 512 });
        Episode[] group = player.Play([1], 2, Sampling)[0];
        Assert.Equal((EpisodeEnd.Failed, "the corridor fell in", 0.0), (group[0].End, group[0].Failure, group[0].Reward));
        Assert.Equal(2, group[0].Turns.Count);
        Assert.Equal((EpisodeEnd.Turns, null), (group[1].End, group[1].Failure));
    }

    [Fact]
    public void An_episode_ends_before_a_turn_that_has_no_room()
    {
        using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
        Episode e = Play(session, [1], 1, new EpisodeLimits { Turns = 99, Context = 512, Tokens = 90 })[0][0];
        Assert.Equal(EpisodeEnd.Tokens, e.End);
        Assert.True(e.Response.Length <= 90);
    }

    [Fact]
    public void What_a_player_writes_decides_no_reward()
    {
        // The words of success earn nothing; the world's own flag does.
        Script script = new(["Action: go right", "You are out. SUCCESS", "Thought: on\nAction: go right", "go right"]);
        Episode e = script.Play(new CorridorWorld(), seed: 1);
        Assert.Equal(["go right", "You are out. SUCCESS", "go right", "go right"], e.Turns.Select(t => t.Action));
        Assert.Equal(1, e.InvalidActions);
        Assert.Equal((1.0, true, EpisodeEnd.Done), (e.Reward, e.IsSolved, e.End));
        Assert.Equal([0, 0, 0, 1], e.RewardsByTurn);
    }

    [Theory]
    [InlineData("go left", "go left")]
    [InlineData(" go left\n", "go left")]
    [InlineData("Thought: the door\nAction: go left\nnow", "go left")]
    [InlineData("Action: a\nObservation: b\naction: c", "c")]
    [InlineData("Action:", "")]
    public void An_action_is_the_line_after_its_label_or_the_whole_turn(string said, string action) =>
        Assert.Equal(action, ActionText.Of(said));

    private static IReadOnlyList<Episode[]> Play(
        ModelSession session, ulong[] seeds, int group, EpisodeLimits limits, bool keeps = true) =>
        Player(session, () => new CorridorWorld(), limits, keeps).Play(seeds, group, Sampling);

    private static EpisodePlayer Player(
        ModelSession session, Func<IEnvironment> open, EpisodeLimits limits, bool keeps = true) => new(
        open, new TurnFormat(session.Format(new ChatFormatOptions())), session.Generator, keeps ? session.Decoder : null, limits);

    private static void Same(Episode a, Episode b)
    {
        Assert.Equal(a.Ids, b.Ids);
        Assert.Equal(a.Written, b.Written);
        Assert.Equal(a.Policy!.Q, b.Policy!.Q);
        Assert.Equal(a.Policy.Entropy, b.Policy.Entropy);
    }

    // A player that says what it is told.
    private sealed class Script(string[] says) : ITextGenerator
    {
        private int _turn;

        public Episode Play(IEnvironment world, ulong seed)
        {
            using ModelSession session = ModelSession.Open(new ModelSource { Model = Tiny, Threads = 2 });
            ChatFormat format = session.Format(new ChatFormatOptions());
            _ids = [.. says.Select(s => (int[])[.. session.Tokenizer.Encode(s), 511])];
            return new EpisodePlayer(
                () => world, new TurnFormat(format), this, null, new EpisodeLimits { Turns = says.Length, Context = 4096 })
                .Play([seed], 1, Sampling)[0][0];
        }

        private int[][] _ids = [];

        public IReadOnlyList<GeneratedResponse[]> Generate(
            IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options,
            Action<GeneratedToken>? onToken = null, CancellationToken cancellation = default)
        {
            int[] ids = _ids[_turn++];
            return [[new GeneratedResponse(ids, new double[ids.Length], FinishReason.Stop)]];
        }
    }
}
