namespace ThotNet.Providers.Tests.Streaming;

/// <summary>Gives its bytes in pieces of the given lengths, repeated.</summary>
internal sealed class CutStream(byte[] bytes, IEnumerable<int> cuts, bool throwsAtEnd = false) : MemoryStream(bytes)
{
    private readonly int[] _cuts = [.. cuts];
    private int _reads;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (throwsAtEnd && Position == Length)
            throw new IOException("cut");
        return base.ReadAsync(buffer[..Math.Min(buffer.Length, _cuts[_reads++ % _cuts.Length])], cancellationToken);
    }
}
