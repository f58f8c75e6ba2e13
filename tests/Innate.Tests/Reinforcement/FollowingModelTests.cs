using Innate.Compute;
using Innate.Models;
using Innate.Models.Creation;
using Innate.Reinforcement.Reference;
using Innate.Sessions;

namespace Innate.Tests.Reinforcement;

/// <summary>A reference that follows the policy.</summary>
public sealed class FollowingModelTests : IDisposable
{
    private readonly Cli.TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    public void A_reset_copies_the_policy_to_the_bit_and_a_file_brings_it_back(ElementType type)
    {
        using LocalModel leader = Load("leader", 1, type), follower = Load("follower", 2, type), again = Load("follower", 2, type);
        float[][] before = Values(follower.Decoder);
        Assert.NotEqual(Values(leader.Decoder)[0], before[0]);
        FollowingModel.Move(follower.Decoder, leader.Decoder, 1);
        Assert.Equal(Values(leader.Decoder), Values(follower.Decoder));
        FollowingModel.Write(follower.Decoder, _folder["reference.safetensors"]);
        FollowingModel.Read(again.Decoder, _folder["reference.safetensors"]);
        Assert.Equal(Values(leader.Decoder), Values(again.Decoder));
    }

    [Fact]
    public void An_average_moves_every_weight_by_the_rate()
    {
        using LocalModel leader = Load("leader", 1), follower = Load("follower", 2);
        float[][] from = Values(leader.Decoder), before = Values(follower.Decoder);
        FollowingModel.Move(follower.Decoder, leader.Decoder, 0.25);
        float[][] after = Values(follower.Decoder);
        for (int p = 0; p < after.Length; p++)
        {
            for (int i = 0; i < after[p].Length; i++)
            {
                Assert.Equal(before[p][i] + (0.25f * (from[p][i] - before[p][i])), after[p][i]);
            }
        }

        FollowingModel.Move(follower.Decoder, leader.Decoder, 0);
        Assert.Equal(after, Values(follower.Decoder));
    }

    [Fact]
    public void Of_narrow_weights_no_average_is_kept()
    {
        using LocalModel narrow = Load("narrow", 1, ElementType.BFloat16), wide = Load("wide", 1);
        FollowingModel.RequireAverageable(wide.Decoder);
        string says = Assert.Throws<InputException>(() => FollowingModel.RequireAverageable(narrow.Decoder)).Message;
        Assert.Contains("float32 weights", says, StringComparison.Ordinal);
        Assert.Contains("BFloat16", says, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private LocalModel Load(string name, int seed, ElementType type = ElementType.Float32)
    {
        if (!Directory.Exists(_folder[name]))
        {
            NewModel.Create(
                new NewModelOptions { Hidden = 16, Layers = 2, Heads = 2, KeyValueHeads = 1, Mlp = 24, Type = type, Seed = (ulong)seed },
                _folder[name]);
        }

        return LocalModel.LoadWidened(_folder[name], new ModelSource { Threads = 1 });
    }

    private static float[][] Values(CausalLanguageModel model) =>
    [
        .. model.Parameters.Select(p =>
        {
            if (p.Matrix is not { } matrix) return (float[])p.Vector!.Clone();
            var values = new float[p.Rows * p.Columns];
            for (int row = 0; row < p.Rows; row++) matrix.CopyRow(row, values.AsSpan(row * p.Columns, p.Columns));
            return values;
        }),
    ];
}
