using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;

namespace ThotNet.Providers.Canonical;

/// <summary>Whether a member of the outermost object is part of the form.</summary>
/// <param name="name">Its name, without quotes.</param>
/// <param name="value">Its value; the members of objects in it may stand in the order of the body.</param>
/// <param name="isLast">No member of the same name comes after it.</param>
internal delegate bool MemberFilter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isLast);

/// <summary>A member of an object: where it stands, and which object is the first that begins in its value.</summary>
internal readonly record struct Member(int Start, int NameEnd, int End, int FirstObject);

/// <summary>
/// In which order the members of each object are to be copied: by the bytes of their names, and of one name in the order in which they were written.
/// </summary>
/// <param name="json">What has been written so far.</param>
internal sealed class MemberOrder(ArrayPoolBufferWriter<byte> json) : IDisposable
{
    // Members of the objects that are not closed yet, the innermost last.
    private readonly PooledList<Member> _open = new();

    // Objects by their beginning, and the members of those that are sorted.
    private readonly PooledList<OrderedObject> _objects = new();
    private readonly PooledList<Member> _members = new();
    private Comparison<Member>? _byName;

    /// <summary>An object begins.</summary>
    /// <returns>What to close it with.</returns>
    public int Open(int start)
    {
        _objects.Add(new OrderedObject { Start = start, OpenMembers = _open.Count });
        return _objects.Count - 1;
    }

    /// <summary>The name of a member has been written.</summary>
    public Member StartMember(int start) => new(start, json.WrittenCount, 0, _objects.Count);

    /// <summary>The value of a member has been written.</summary>
    public void EndMember(Member member) => _open.Add(member with { End = json.WrittenCount });

    /// <summary>The name of a member, without its quotes.</summary>
    public ReadOnlySpan<byte> NameOf(Member member) => json.WrittenSpan[(member.Start + 1)..(member.NameEnd - 1)];

    /// <summary>An object has been written to its end.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="keepsOrder">Its members stay in the order in which they were written.</param>
    public void Close(int index, bool keepsOrder)
    {
        var first = _objects[index].OpenMembers;
        var members = _open.From(first);
        if (keepsOrder || IsSorted(members))
            LeaveAsItStands(index);
        else
            Arrange(index, Sort(members));
        _open.CutTo(first);
    }

    /// <summary>The outermost object has been written to its end.</summary>
    public void CloseOutermost(MemberFilter filter)
    {
        var members = Sort(_open.From(0));
        var count = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var member = members[i];
            var isLast = i == members.Length - 1 || !NameOf(member).SequenceEqual(NameOf(members[i + 1]));
            if (filter(NameOf(member), json.WrittenSpan[(member.NameEnd + 1)..member.End], isLast))
                members[count++] = member;
        }

        Arrange(0, members[..count]);
    }

    /// <summary>Writes all, with each member in its place.</summary>
    public void CopyTo(IBufferWriter<byte> output) => Copy(0, json.WrittenCount, 0, output);

    /// <inheritdoc/>
    public void Dispose()
    {
        _open.Dispose();
        _objects.Dispose();
        _members.Dispose();
    }

    private void LeaveAsItStands(int index)
    {
        if (index == _objects.Count - 1)
            _objects.CutTo(index);
    }

    private Span<Member> Sort(Span<Member> members)
    {
        members.Sort(_byName ??= CompareNames);
        return members;
    }

    private void Arrange(int index, ReadOnlySpan<Member> members)
    {
        ref var arranged = ref _objects[index];
        arranged.End = json.WrittenCount;
        arranged.FirstMember = _members.Count;
        arranged.Members = members.Length;
        arranged.NextObject = _objects.Count;
        foreach (var member in members)
            _members.Add(member);
    }

    private void Copy(int start, int end, int next, IBufferWriter<byte> output)
    {
        for (; next < _objects.Count && _objects[next].Start < end; next++)
        {
            var current = _objects[next];
            if (!current.IsArranged)
                continue;
            output.Write(json.WrittenSpan[start..(current.Start + 1)]);
            for (var i = 0; i < current.Members; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                var member = _members[current.FirstMember + i];
                Copy(member.Start, member.End, member.FirstObject, output);
            }

            start = current.End - 1;
            next = current.NextObject - 1;
        }

        output.Write(json.WrittenSpan[start..end]);
    }

    private bool IsSorted(ReadOnlySpan<Member> members)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (CompareNames(members[i - 1], members[i]) > 0)
                return false;
        }

        return true;
    }

    private int CompareNames(Member one, Member other)
    {
        var names = NameOf(one).SequenceCompareTo(NameOf(other));
        return names != 0 ? names : one.Start.CompareTo(other.Start);
    }

    private struct OrderedObject
    {
        public int Start;
        public int OpenMembers;

        // Set when the members are arranged; otherwise the object stays as it stands.
        public int End;
        public int FirstMember;
        public int Members;
        public int NextObject;

        public readonly bool IsArranged => End > 0;
    }
}
