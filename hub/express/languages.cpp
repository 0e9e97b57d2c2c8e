#include "hub/express/languages.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace homeroom::express {

namespace {

// ISO 639-1 with its ISO 639-2/T code: "aa aar, ...".
constexpr std::string_view two_letters =
    "aa aar,ab abk,ae ave,af afr,ak aka,am amh,an arg,ar ara,as asm,av ava,ay aym,az aze,ba bak,"
    "be bel,bg bul,bi bis,bm bam,bn ben,bo bod,br bre,bs bos,ca cat,ce che,ch cha,co cos,cr cre,"
    "cs ces,cu chu,cv chv,cy cym,da dan,de deu,dv div,dz dzo,ee ewe,el ell,en eng,eo epo,es spa,"
    "et est,eu eus,fa fas,ff ful,fi fin,fj fij,fo fao,fr fra,fy fry,ga gle,gd gla,gl glg,gn grn,"
    "gu guj,gv glv,ha hau,he heb,hi hin,ho hmo,hr hrv,ht hat,hu hun,hy hye,hz her,ia ina,id ind,"
    "ie ile,ig ibo,ii iii,ik ipk,io ido,is isl,it ita,iu iku,ja jpn,jv jav,ka kat,kg kon,ki kik,"
    "kj kua,kk kaz,kl kal,km khm,kn kan,ko kor,kr kau,ks kas,ku kur,kv kom,kw cor,ky kir,la lat,"
    "lb ltz,lg lug,li lim,ln lin,lo lao,lt lit,lu lub,lv lav,mg mlg,mh mah,mi mri,mk mkd,ml mal,"
    "mn mon,mr mar,ms msa,mt mlt,my mya,na nau,nb nob,nd nde,ne nep,ng ndo,nl nld,nn nno,no nor,"
    "nr nbl,nv nav,ny nya,oc oci,oj oji,om orm,or ori,os oss,pa pan,pi pli,pl pol,ps pus,pt por,"
    "qu que,rm roh,rn run,ro ron,ru rus,rw kin,sa san,sc srd,sd snd,se sme,sg sag,si sin,sk slk,"
    "sl slv,sm smo,sn sna,so som,sq sqi,sr srp,ss ssw,st sot,su sun,sv swe,sw swa,ta tam,te tel,"
    "tg tgk,th tha,ti tir,tk tuk,tl tgl,tn tsn,to ton,tr tur,ts tso,tt tat,tw twi,ty tah,ug uig,"
    "uk ukr,ur urd,uz uzb,ve ven,vi vie,vo vol,wa wln,wo wol,xh xho,yi yid,yo yor,za zha,zh zho,"
    "zu zul";
// ISO 639-2/B (bibliographic) codes with their /T code.
constexpr std::string_view other_forms =
    "alb sqi,arm hye,baq eus,bur mya,chi zho,cze ces,dut nld,fre fra,geo kat,ger deu,gre ell,"
    "ice isl,mac mkd,mao mri,may msa,per fas,rum ron,slo slk,tib bod,wel cym";
// ISO 639-2 codes without two letters that schools meet, and its special codes.
constexpr std::string_view three_letters =
    "ach ada ale apa arp arw ast bal ban bem ber bik bin bnt cad car ceb chk cho chr chy cpe cpf "
    "cpp crp dak del din dyu efi fat fil fon gaa gil grb haw hil hmn hup iba ilo inc iro kab kac "
    "kam kar kaw kha kok kos kpe kro kru kmb lad lol lua luo lus mad mai mak man mas men mic mis "
    "mkh moh mos mul mus myn nah nap nai new nso nym nyn pag pam pap pau phi pon rom roa sai sal "
    "sco shn sid sio sgn snk srn srr suk sus syr tai tem tet tig tiv tpi tum tut umb und vai war "
    "was yao yap zap znd zun zxx";

class Table {
 public:
  Table() {
    pairs(two_letters);
    pairs(other_forms);
    for (size_t at = 0; at < three_letters.size(); at += 4) same(three_letters.substr(at, 3));
  }
  std::string_view find(const std::string& code) const {
    auto found = codes_.find(code);
    return found == codes_.end() ? std::string_view{} : found->second;
  }

 private:
  void same(std::string_view code) { codes_.emplace(code, code); }
  void pairs(std::string_view list) {
    for (size_t at = 0; at < list.size();) {
      size_t gap = list.find(' ', at);
      std::string_view code = list.substr(gap + 1, 3);
      codes_.emplace(list.substr(at, gap - at), code);
      same(code);
      at = gap + 5;
    }
  }
  std::unordered_map<std::string, std::string_view> codes_;
};

}  // namespace

std::string_view language_code(std::string_view code) {
  static const Table table;
  code = code.substr(0, std::min(code.find_first_of("-_"), code.size()));
  if (code.size() < 2 || code.size() > 3) return {};
  std::string lower(code);  // three letters: no allocation
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  return table.find(lower);
}

}  // namespace homeroom::express
